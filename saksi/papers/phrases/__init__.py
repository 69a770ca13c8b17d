"""The words of papers, Indonesian first: (Indonesian, English) by code. The law is supported, nothing is promised."""
