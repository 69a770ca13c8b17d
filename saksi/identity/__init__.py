"""Who people are by another house's word: logging in through a provider of OpenID Connect."""
