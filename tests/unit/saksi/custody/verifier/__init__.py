"""The verifier, module by module."""
