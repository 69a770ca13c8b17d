"""Certificates for the mutual TLS between SeaweedFS's own parts: one authority, one shared certificate.

SeaweedFS does not check host names on these channels: holding a certificate of this authority is the
credential.
"""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from saksi import clock, durable

# A day back, for clocks that are set right later; long, because only this machine ever sees them.
_BEFORE = timedelta(days=1)
_AFTER = timedelta(days=20 * 365)
FILES = ("authority.pem", "part.pem", "part.key")


def ensure(folder: Path) -> None:
    """Puts authority.pem, part.pem and part.key (0600) into `folder` unless all three are there.

    The authority's own key is never written: nothing can be added to the circle later.
    """
    if all((folder / name).exists() for name in FILES):
        return
    authority_key = ec.generate_private_key(ec.SECP256R1())
    part_key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Saksi embedded store")])
    authority = (
        _builder(name, name, authority_key.public_key())
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .sign(authority_key, hashes.SHA256())
    )
    part = (
        _builder(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "part")]), name, part_key.public_key())
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(
            x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH, ExtendedKeyUsageOID.CLIENT_AUTH]),
            critical=False,
        )
        .sign(authority_key, hashes.SHA256())
    )
    key_bytes = part_key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    for file, data in zip(
        FILES,
        (
            authority.public_bytes(serialization.Encoding.PEM),
            part.public_bytes(serialization.Encoding.PEM),
            key_bytes,
        ),
        strict=True,
    ):
        durable.write(folder / file, data, mode=0o600)


def _builder(
    subject: x509.Name, issuer: x509.Name, key: ec.EllipticCurvePublicKey
) -> x509.CertificateBuilder:
    now = clock.now()
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key)
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - _BEFORE)
        .not_valid_after(now + _AFTER)
    )
