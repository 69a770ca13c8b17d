"""Cookies of ours: HttpOnly, SameSite=Strict, and over https Secure under a name that no other host can set.

A name that begins with `__Host-` browsers take only from this very host over https, for all of its paths; with
`__Secure-`, over https (RFC 6265bis section 4.1.3). So over https a cookie that a neighbouring site or a plain http
answer put there counts for nothing. Whether it is https says the connection, or a trusted proxy.
"""

from __future__ import annotations

from typing import Literal

from fastapi import Request, Response


def named(request: Request, name: str, path: str = "/") -> str:
    """The name of a cookie on the connection of this request."""
    if request.url.scheme != "https":
        return name
    return f"__Host-{name}" if path == "/" else f"__Secure-{name}"


def read(request: Request, name: str, path: str = "/") -> str | None:
    """What the browser sent; None when it sent nothing."""
    return request.cookies.get(named(request, name, path))


def put(
    request: Request,
    answer: Response,
    name: str,
    value: str,
    seconds: int,
    *,
    path: str = "/",
    samesite: Literal["strict", "lax"] = "strict",
) -> None:
    """Has the browser keep a value for so long; lax: it comes along when another site's page leads here."""
    answer.set_cookie(
        named(request, name, path),
        value,
        max_age=seconds,
        path=path,
        httponly=True,
        samesite=samesite,
        secure=request.url.scheme == "https",
    )


def drop(request: Request, answer: Response, name: str, *, path: str = "/") -> None:
    """Has the browser forget it."""
    secure = request.url.scheme == "https"
    answer.delete_cookie(
        named(request, name, path), path=path, httponly=True, samesite="strict", secure=secure
    )
