"""Keys out of certificates that files carry: whatever is wrong with one is told in one way."""

from __future__ import annotations

from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.types import CertificatePublicKeyTypes

# What the library raises for certificates that are none, or hold what it does not know.
UNREADABLE = (
    ValueError,
    TypeError,
    UnsupportedAlgorithm,
    x509.InvalidVersion,
    x509.DuplicateExtension,
    x509.UnsupportedGeneralNameType,
)


def read_key(certificate: bytes) -> CertificatePublicKeyTypes:
    """The public key of a DER certificate. Raises ValueError for anything else."""
    try:
        return x509.load_der_x509_certificate(certificate).public_key()
    except UNREADABLE as error:
        raise ValueError("not a certificate whose key can be read") from error
