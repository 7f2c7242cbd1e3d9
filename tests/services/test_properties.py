"""Account properties as a service: judged together, refused at their names, stored or not at all."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from mailint_gui.application import build_services
from mailint_gui.domain.validation import FieldFault, ValidationError
from mailint_gui.profile import Profile
from mailint_gui.services.services import Services
from tests.servers.certificates import Certificates


@pytest.fixture
def services(tmp_path: Path) -> Iterator[Services]:
    profile = Profile(tmp_path / "profile")
    profile.create()
    built = build_services(profile)
    yield built
    built.close()


def refused(services: Services, **values: str) -> dict[str, FieldFault]:
    before = services.properties.current()
    with pytest.raises(ValidationError) as caught:
        services.properties.set(values)
    assert services.properties.current() == before
    return {error.path: error.fault for error in caught.value.errors}


def test_every_fault_is_told_at_once(services: Services) -> None:
    faults = refused(
        services,
        notify_after_incoming_errors="9",
        disable_after_incoming_errors="2",
        notification_recipients="nobody",
    )
    assert faults == {
        "disable_after_incoming_errors": FieldFault.BELOW_NOTIFY,
        "notification_recipients": FieldFault.BAD_ADDRESS,
    }


@pytest.mark.parametrize("content", [None, b"", b"no certificate"])
def test_a_ca_file_that_is_none(services: Services, tmp_path: Path, content: bytes | None) -> None:
    file = tmp_path / "ca.pem"
    if content is not None:
        file.write_bytes(content)
    assert refused(services, extra_ca_file=str(file)) == {"extra_ca_file": FieldFault.UNREADABLE}


def test_a_ca_file_that_is_a_folder(services: Services, tmp_path: Path) -> None:
    assert refused(services, extra_ca_file=str(tmp_path)) == {"extra_ca_file": FieldFault.UNREADABLE}


def test_a_ca_file_and_none_again(services: Services, certificates: Certificates) -> None:
    assert services.properties.set({"extra_ca_file": str(certificates.ca)}).extra_ca_file
    assert not services.properties.set({"extra_ca_file": ""}).extra_ca_file


def test_a_status_file_that_cannot_be_written(services: Services, tmp_path: Path) -> None:
    file = tmp_path / "file"
    file.touch()
    faults = {
        tmp_path / "gone" / "status.json": FieldFault.NO_FOLDER,
        tmp_path: FieldFault.UNWRITABLE,
        file / "status.json": FieldFault.UNWRITABLE,
        Path("/proc/status.json"): FieldFault.UNWRITABLE,
    }
    for path, fault in faults.items():
        assert refused(services, status_file=str(path)) == {"status_file": fault}
    assert [each for each in tmp_path.iterdir() if each.name.startswith(".")] == []
    assert services.properties.set({"status_file": str(file)}).status_file
    assert not services.properties.set({"status_file": ""}).status_file
