#!/bin/sh
# Install Debian packages, as root, without letting a service of theirs start, now or with the machine:
#   sh setup/install-debian.sh PACKAGE...      with none it only puts back what a killed run left behind
#   sh setup/install-debian.sh --left-behind   tells by its exit status whether there is that; needs no root
# The policy file that Debian asks before it starts a service (invoke-rc.d) is put back exactly as it was,
# also after a failure or Ctrl-C; what a killed run left behind is put back by the next one. Nothing is removed for it.
set -eu

policy=/usr/sbin/policy-rc.d
saved=$policy.before-mailint
mark='# Written by Mailint while it installs packages, and removed afterwards.'

exists() { [ -e "$1" ] || [ -L "$1" ]; }

is_ours() { grep -qsxF "$mark" "$policy"; }

put_back() {
    if exists "$saved"; then
        mv -f "$saved" "$policy"
    elif is_ours; then
        rm -f "$policy"
    fi
}

deny_services() {
    trap put_back EXIT
    trap 'exit 130' HUP INT TERM
    if exists "$policy"; then mv "$policy" "$saved"; fi
    printf '#!/bin/sh\n%s\nexit 101\n' "$mark" >"$policy.new"
    chmod 755 "$policy.new"
    mv "$policy.new" "$policy"
}

units_started_at_boot() {
    find /etc/systemd/system -type l -path '*.wants/*' -exec basename {} \; 2>/dev/null | sort -u
}

# disable_new_units BEFORE: what was not in the list BEFORE shall not start with the machine.
disable_new_units() {
    command -v systemctl >/dev/null || return 0
    for unit in $(units_started_at_boot); do
        printf '%s\n' "$1" | grep -qxF "$unit" || systemctl --quiet disable "$unit"
    done
}

if [ "${1:-}" = --left-behind ]; then
    exists "$saved" || is_ours
    exit
fi
exec 9<"${policy%/*}" # whoever else is installing still needs what it put there
flock 9
put_back
[ $# -gt 0 ] || exit 0
deny_services
units=$(units_started_at_boot)
export DEBIAN_FRONTEND=noninteractive
case " $* " in
    *' postfix '*) # for private instances of the tests: the system gets no configuration of it
        echo 'postfix postfix/main_mailer_type select No configuration' | debconf-set-selections ;;
esac
# Only errors are of interest: the caller has said what is being installed.
apt-get -qq -o DPkg::Lock::Timeout=600 update
apt-get -qq -y -o DPkg::Lock::Timeout=600 install --no-remove --no-install-recommends "$@" >/dev/null
disable_new_units "$units"
