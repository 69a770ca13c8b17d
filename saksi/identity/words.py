"""What can be wrong with a log-in through the provider, each in words of its own."""

from __future__ import annotations

from saksi.messages import register

_AGAIN = ("Log in again from the console.", "Masuk lagi dari konsol.")
_PROVIDER = (
    "Tell the administrator; `saksi doctor` looks at the provider.",
    "Beri tahu administrator; `saksi doctor` memeriksa penyedianya.",
)
_LINK = (
    "An administrator adds and links you: `saksi user link`.",
    "Administrator menambah dan menautkan Anda: `saksi user link`.",
)

# code: what happened in English and Indonesian, what to do in both
_WORDS: dict[str, tuple[str, str, tuple[str, str]]] = {
    "oidc_off": (
        "Logging in through a provider is not set up here.",
        "Masuk lewat penyedia tidak diatur di sini.",
        ("Log in with name and password.", "Masuk dengan nama dan kata sandi."),
    ),
    "oidc_return": (
        "The page to return to is not one of this archive.",
        "Halaman tujuan bukan milik arsip ini.",
        ("Give a path such as /?camera=gate-1.", "Beri jalur seperti /?camera=gate-1."),
    ),
    "oidc_unreachable": (
        "The provider that knows you does not answer.",
        "Penyedia yang mengenal Anda tidak menjawab.",
        (
            "Try again in a moment; if it stays, tell the administrator.",
            "Coba lagi sebentar lagi; bila tetap, beri tahu administrator.",
        ),
    ),
    "oidc_strange": (
        "The provider answers what nobody can use ({what}).",
        "Jawaban penyedia tidak dapat dipakai ({what}).",
        _PROVIDER,
    ),
    "oidc_state": (
        "This log-in was not begun in this browser, or too long ago.",
        "Proses masuk ini tidak dimulai di peramban ini, atau sudah terlalu lama.",
        _AGAIN,
    ),
    "oidc_declined": (
        "The provider did not let you in ({error}).",
        "Penyedia tidak mengizinkan Anda masuk ({error}).",
        _AGAIN,
    ),
    "oidc_code": (
        "The provider does not take the code of this log-in ({error}); one works once.",
        "Penyedia menolak kode proses masuk ini ({error}); satu kode berlaku sekali.",
        _AGAIN,
    ),
    "oidc_issuer": (
        "Another provider answered than the one that was asked.",
        "Penyedia yang menjawab bukan yang ditanya.",
        _PROVIDER,
    ),
    "oidc_algorithm": (
        "What the provider says of you is not signed in a way that proves it.",
        "Keterangan penyedia tentang Anda tidak ditandatangani dengan cara yang membuktikannya.",
        _PROVIDER,
    ),
    "oidc_signature": (
        "What the provider says of you is not signed by its keys.",
        "Keterangan penyedia tentang Anda tidak ditandatangani dengan kuncinya.",
        _PROVIDER,
    ),
    "oidc_audience": (
        "What the provider says of you was meant for another program.",
        "Keterangan penyedia tentang Anda ditujukan untuk program lain.",
        _PROVIDER,
    ),
    "oidc_nonce": (
        "What the provider says of you belongs to another log-in.",
        "Keterangan penyedia tentang Anda milik proses masuk lain.",
        _AGAIN,
    ),
    "oidc_expired": (
        "What the provider says of you is not of now; its clock or this machine's may be off.",
        "Keterangan penyedia tentang Anda bukan dari saat ini; jamnya atau jam mesin ini mungkin salah.",
        _AGAIN,
    ),
    "oidc_claims": (
        "What the provider says of you lacks something or is malformed ({what}).",
        "Keterangan penyedia tentang Anda kurang atau salah bentuk ({what}).",
        _PROVIDER,
    ),
    "oidc_person_unknown": (
        "The provider knows you, this archive does not.",
        "Penyedia mengenal Anda, arsip ini belum.",
        _LINK,
    ),
    "oidc_person_disabled": (
        "Your account here is closed.",
        "Akun Anda di sini ditutup.",
        ("Ask an administrator.", "Tanyakan kepada administrator."),
    ),
    "oidc_no_role": (
        "None of your groups at the provider has a role here.",
        "Tidak satu pun grup Anda di penyedia punya peran di sini.",
        (
            "An administrator puts you into a group that SAKSI_OIDC_ROLES names.",
            "Administrator memasukkan Anda ke grup yang disebut SAKSI_OIDC_ROLES.",
        ),
    ),
    "oidc_name_taken": (
        "Somebody here has your name already and is not linked to you.",
        "Nama Anda di sini sudah dipakai akun yang tidak tertaut dengan Anda.",
        _LINK,
    ),
    "oidc_held_back": (
        "Too many log-ins from here failed.",
        "Terlalu banyak proses masuk dari sini gagal.",
        ("Wait a moment, then log in again.", "Tunggu sebentar, lalu masuk lagi."),
    ),
    "oidc_password": (
        "{name} logs in through the provider and has no password here.",
        "{name} masuk lewat penyedia dan tidak punya kata sandi di sini.",
        (
            "Change it at the provider; `saksi user unlink` gives the account a password again.",
            "Ganti di penyedia; `saksi user unlink` memberi akun kata sandi lagi.",
        ),
    ),
    "identity_taken": (
        "Somebody else is linked to that already.",
        "Orang lain sudah tertaut dengannya.",
        ("Look at it with `saksi user list`.", "Lihat dengan `saksi user list`."),
    ),
    "identity_none": (
        "{name} is not linked to anybody at the provider.",
        "{name} tidak tertaut dengan siapa pun di penyedia.",
        ("Link them: `saksi user link`.", "Tautkan: `saksi user link`."),
    ),
    "identity_one": (
        "A person is linked by their subject or by a claim.",
        "Orang ditautkan dengan subject atau dengan klaim.",
        ("Give one of the two.", "Beri salah satu."),
    ),
    "identity_claim_unset": (
        "No claim is set that people are known by.",
        "Klaim pengenal orang belum diatur.",
        (
            "Link by the subject, or set SAKSI_OIDC_PERSON_CLAIM.",
            "Tautkan dengan subject, atau atur SAKSI_OIDC_PERSON_CLAIM.",
        ),
    ),
    "oidc_setting": (
        "{field} is missing or unusable: {why}.",
        "{field} belum diatur atau tidak dapat dipakai: {why}.",
        (
            "It needs issuer, client id and callback: docs/howto/log-in-with-openid-connect.md.",
            "Perlu issuer, client id dan callback: docs/howto/log-in-with-openid-connect.md.",
        ),
    ),
}

for _code, (_en, _id, _remedy) in _WORDS.items():
    register(_code, en=(_en, _remedy[0]), id_=(_id, _remedy[1]))
