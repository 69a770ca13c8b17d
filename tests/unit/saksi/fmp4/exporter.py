"""Keys and certificates, and export files signed with them, for the tests of this folder."""

from __future__ import annotations

import datetime
import hashlib
from collections.abc import Sequence
from functools import cache

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import Encoding

from saksi.fmp4.export_file import ExportFacts, Place, TrackSource
from saksi.fmp4.export_signature import pss_signer, signed
from saksi.fmp4.splice import ClipPlan, plan, ranges
from tests.unit.saksi.fmp4 import media

Key = ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey
NOW = datetime.datetime(2025, 11, 23, tzinfo=datetime.UTC)
EXPORTED_US = 1_763_990_000_000_000


@cache
def holder(name: str, bits: int = 2048) -> tuple[rsa.RSAPrivateKey, bytes]:
    """(key, DER certificate) of somebody who signs export files."""
    key = rsa.generate_private_key(65537, bits)
    return key, certificate(name, key, name, key).public_bytes(Encoding.DER)


def certificate(name: str, key: Key, issuer: str, by: Key, *, ca: bool = False) -> x509.Certificate:
    """A certificate for ten years."""
    return (
        x509.CertificateBuilder()
        .subject_name(x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, name)]))
        .issuer_name(x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, issuer)]))
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(NOW)
        .not_valid_after(NOW + datetime.timedelta(days=3650))
        .add_extension(x509.BasicConstraints(ca=ca, path_length=None), critical=True)
        .sign(by, hashes.SHA256())
    )


def facts(signer: str = "Saksi", sound: bool = False) -> ExportFacts:
    """An export with every field filled."""
    return ExportFacts(
        unit_name="Saksi Polrestabes Semarang",
        unit_url="https://saksi.example/",
        unit_mac="08-00-27-00-0C-15",
        at_us=EXPORTED_US,
        operator="Brigadir Sari, NRP 1234",
        video=TrackSource(
            name="Simpang Lima Utara", url="rtsp://10.1.2.3/1", mac="08:00:27:00:0C:16", line="2"
        ),
        sound=TrackSource(name="Mikrofon Simpang Lima", url="rtsp://10.1.2.3/1") if sound else None,
        place=Place(latitude_e7=-69_907_000, longitude_e7=1_104_230_000, altitude_m=5, name="Jl. Pahlawan"),
        certificate=holder(signer)[1] if signer else b"",
        note="Salinan putar" if signer else "",
    )


def export(
    chunks: Sequence[media.Chunk], from_us: int, to_us: int, told: ExportFacts, signer: str = "Saksi"
) -> tuple[ClipPlan, bytes]:
    """The plan and the bytes of an export file, signed unless `told` leaves no room for it."""
    planned = plan([chunk.splice() for chunk in chunks], from_us, to_us, export=told)
    data = media.fetched(chunks, ranges(planned, 0, planned.length - 1))
    if not told.certificate:
        return planned, data
    done = signed(planned, hashlib.sha256(data).digest(), pss_signer(holder(signer)[0]))
    return done, media.fetched(chunks, ranges(done, 0, done.length - 1))
