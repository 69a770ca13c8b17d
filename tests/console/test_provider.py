"""Signing in through a provider, from the console's button and back to the very view."""

from __future__ import annotations

from typing import Any

import pytest

from saksi.catalogue import identities, people
from tests.fixtures.fix_oidc import Provider
from tests.integration.archive_api.conftest import served, settings_of
from tests.integration.recorder.archive import Archive

pytestmark = [pytest.mark.browser, pytest.mark.timeout(120)]


def test_the_button_leads_there_and_back_and_says_what_went_wrong(
    browser: Any, archive: Archive, provider: Provider
) -> None:
    with archive.database.transaction() as connection:
        ani = people.add_person(connection, name="ani", password=None, role="investigator")

    def settings(url: str) -> Any:
        return settings_of(archive, **provider.settings(f"{url}/api/v1/session/oidc/callback"))

    with served(settings) as url:
        context = browser.new_context(locale="en-US")
        page = context.new_page()
        page.set_default_timeout(20_000)
        page.goto(f"{url}/#camera=gate")
        page.click("text=Sign in through your organisation")
        page.wait_for_selector(".message:has-text('The provider knows you, this archive does not.')")
        with archive.database.transaction() as connection:
            identities.link(connection, ani, issuer=provider.issuer, subject=provider.subject, expected=None)
        page.fill("#purpose", "LP/7/2026")
        page.click("text=Sign in through your organisation")
        page.wait_for_selector(".person:has-text('ani')")
        assert page.url.startswith(f"{url}/#camera=gate")
        said = page.evaluate("async () => (await fetch('/api/v1/me')).json()")
        assert (said["name"], said["purpose"]) == ("ani", "LP/7/2026")
        page.reload()
        page.click("#account-open")
        page.wait_for_selector("text=kept there")
        assert page.locator("input[type=password]").count() == 0
        assert page.locator(".sessions li").count() == 1
        context.close()
