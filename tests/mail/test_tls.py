"""The client context: whom it trusts, what it refuses, when it is built anew."""

import ssl
from pathlib import Path

import pytest

from mailint_gui.domain.problem import ProblemError, ProblemKind
from mailint_gui.mail.tls import client_context
from tests.servers.certificates import Certificates


def test_it_verifies_chain_and_host_name(certificates: Certificates) -> None:
    context = client_context(str(certificates.ca))
    assert context.verify_mode is ssl.CERT_REQUIRED
    assert context.check_hostname
    assert context.minimum_version is ssl.TLSVersion.TLSv1_2


def test_the_extra_file_comes_on_top_of_the_system(certificates: Certificates) -> None:
    system = len(client_context().get_ca_certs())
    assert len(client_context(str(certificates.ca)).get_ca_certs()) == system + 1


def test_it_is_built_once(certificates: Certificates) -> None:
    assert client_context() is client_context()
    assert client_context(str(certificates.ca)) is not client_context()


def test_a_file_that_changed_counts_at_once(certificates: Certificates, tmp_path: Path) -> None:
    ca_file = tmp_path / "ca.pem"
    pem = certificates.ca.read_text()
    ca_file.write_text(pem)
    before = client_context(str(ca_file))
    ca_file.write_text(pem + Certificates(tmp_path / "other").ca.read_text())
    after = client_context(str(ca_file))
    assert len(after.get_ca_certs()) == len(before.get_ca_certs()) + 1


@pytest.mark.parametrize("content", [None, "", "no certificate", "-----BEGIN CERTIFICATE-----\nAAAA\n"])
def test_a_file_that_is_none_is_named(content: str | None, tmp_path: Path) -> None:
    ca_file = tmp_path / "ca.pem"
    if content is not None:
        ca_file.write_text(content)
    with pytest.raises(ProblemError) as caught:
        client_context(str(ca_file))
    assert caught.value.problem.kind is ProblemKind.TLS_UNTRUSTED
    assert caught.value.problem.facts["ca_file"] == str(ca_file)
