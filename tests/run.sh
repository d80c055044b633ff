#!/usr/bin/env bash
# The one test command: installs what the tests lack (where it may), builds, runs every test project and prints
#   N passed, N failed, N skipped
# as its last line. Arguments go to each test project, for example: tests/run.sh --filter-class '*PostfixTests'
# With CI=true a skipped test counts as a fault.
set -euo pipefail

readonly CONFIGURATION=Release
readonly TEST_LIMIT=20m

# npm's packages of the Nu HTML checker, which checks the markup of pages and mails, and of caniemail.com's data.
readonly VNU_VERSION=26.9.27 CANIEMAIL_VERSION=2.0.2

# Exit codes of the test platform that stand for an orderly end.
readonly ALL_PASSED=0 SOME_FAILED=2 NONE_FOUND=8

root=$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")/.." && pwd)
results=$root/artifacts/test-results
tools=$root/artifacts/tools
cd -- "$root" # where dotnet finds global.json
export DOTNET_NOLOGO=1 DOTNET_CLI_TELEMETRY_OPTOUT=1 TESTINGPLATFORM_TELEMETRY_OPTOUT=1

say() { printf 'tests/run.sh: %s\n' "$*" >&2; }

have() {
    local name
    for name in "$@"; do
        if command -v "$name" >/dev/null || [[ -x /usr/sbin/$name ]]; then
            return 0
        fi
    done
    return 1
}

# Runs a command as root, or fails where nobody is there to type a password.
as_root() {
    if [[ $EUID -eq 0 ]]; then
        "$@"
    else
        sudo -n "$@"
    fi
}

# --no-remove: a mail server that this machine already has must not make room for Postfix.
apt_install() {
    as_root env DEBIAN_FRONTEND=noninteractive apt-get install --yes --quiet --quiet --no-install-recommends \
        --no-remove --option DPkg::Lock::Timeout=120 "$@" </dev/null >&2
}

# Debian asks this file whether a server that is being installed may start.
readonly START_POLICY=/usr/sbin/policy-rc.d

forbid_starts() {
    if [[ ! -e $START_POLICY ]]; then
        trap allow_starts EXIT
        printf '#!/bin/sh\nexit 101\n' | as_root tee "$START_POLICY" >/dev/null
        as_root chmod 755 "$START_POLICY"
    fi
}

allow_starts() {
    as_root rm -f "$START_POLICY"
    trap - EXIT
}

# Installs packages. No server is started by that, and Postfix gets no settings: the tests start one of their own.
install_packages() {
    local ok=0
    if ! have apt-get || ! as_root true 2>/dev/null; then
        return 1
    fi

    say "installing $*"
    if [[ " $* " == *' postfix '* ]] && have debconf-set-selections; then
        echo 'postfix postfix/main_mailer_type select No configuration' | as_root debconf-set-selections
    fi

    forbid_starts
    apt_install "$@" || { as_root apt-get update --quiet --quiet >&2 && apt_install "$@"; } || ok=1
    if [[ $(trap -p EXIT) == *allow_starts* ]]; then
        allow_starts
    fi

    return "$ok"
}

# Where Debian's Dovecot keeps the servers of its protocols, each of which is a package of its own.
dovecot_servers=/usr/lib/dovecot

# The packages of which a program, server or module that the tests use is missing, one a line. What counts is the thing
# itself: a machine may have Dovecot for IMAP only, or PostgreSQL's client without its server.
missing_packages() {
    have python3 || echo python3
    have git || echo git
    { have postfix && have postmap; } || echo postfix
    { have dovecot && [[ -x $dovecot_servers/imap-login ]]; } || echo dovecot-imapd
    [[ -x $dovecot_servers/pop3-login ]] || echo dovecot-pop3d
    [[ -x $dovecot_servers/lmtp ]] || echo dovecot-lmtpd
    have sievec || echo dovecot-sieve
    have swaks || echo swaks
    [[ -n $(postgres_programs) ]] || echo postgresql
    have opendkim || echo opendkim
    have knotd || echo knot
    have chromium chromium-browser google-chrome || echo chromium
    have nginx || echo nginx-light
    have caddy || echo caddy
    have java || echo default-jre-headless
    have node || echo nodejs
    have npm || echo npm
    have spamassassin || echo spamassassin
    # A module of Debian's own Python, which need not be the first in the path.
    /usr/bin/python3 -c 'import feedparser' 2>/dev/null || echo python3-feedparser
}

provide_neighbours() {
    local missing=()
    mapfile -t missing < <(missing_packages)
    if ((${#missing[@]})) && ! install_packages "${missing[@]}"; then
        say "could not install ${missing[*]}; the tests that need them are skipped. Install them with:" \
            "apt-get install ${missing[*]}"
    fi
}

# The folder of the newest PostgreSQL's programs, as Debian lays it out; empty where no server is installed.
postgres_programs() {
    find /usr/lib/postgresql -mindepth 3 -maxdepth 3 -name initdb -printf '%h\n' 2>/dev/null |
        sort --version-sort | tail -n 1
}

# PostgreSQL refuses to run as root: Debian's package has a user for it.
as_postgres() {
    if [[ $EUID -eq 0 ]]; then
        runuser -u postgres -- "$@"
    else
        "$@"
    fi
}

postgres_home=

# A server of the tests' own, on a free port, with its data in a temporary folder. It ends with this script.
start_postgres() {
    local programs port
    programs=$(postgres_programs)
    if [[ -n ${TEST_POSTGRESQL:-} || -z $programs ]]; then
        return
    fi

    postgres_home=$(mktemp --directory)
    trap stop_postgres EXIT
    if [[ $EUID -eq 0 ]]; then
        chown postgres "$postgres_home"
    fi

    port=$(python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')
    if (cd -- "$postgres_home" && as_postgres "$programs/initdb" --pgdata data --username tests --auth trust \
        --encoding UTF8 --locale C.UTF-8 >initdb.log 2>&1 && as_postgres "$programs/pg_ctl" --pgdata data --wait \
        --log server.log --options "-p $port -k $postgres_home -c listen_addresses=127.0.0.1 -c max_connections=300 \
        -c fsync=off -c full_page_writes=off" start >/dev/null); then
        export TEST_POSTGRESQL="Host=127.0.0.1;Port=$port;Username=tests"
    else
        say "PostgreSQL did not start; the tests that need it are skipped. Its log:"
        cat "$postgres_home"/*.log >&2
    fi
}

stop_postgres() {
    (cd -- "$postgres_home" &&
        as_postgres "$(postgres_programs)/pg_ctl" --pgdata data --mode immediate stop >/dev/null 2>&1) || true
    rm -rf -- "$postgres_home"
}

provide_markup_checkers() {
    export VNU_JAR=$tools/node_modules/vnu-jar/build/dist/vnu.jar CANIEMAIL=$tools/node_modules/caniemail
    if [[ ! -e $VNU_JAR || ! -e $CANIEMAIL ]] && ! npm install --prefix "$tools" --no-save --no-fund --no-audit \
        --ignore-scripts --silent "vnu-jar@$VNU_VERSION" "caniemail@$CANIEMAIL_VERSION" </dev/null >&2; then
        say "could not install npm's vnu-jar and caniemail; the tests of the markup are skipped"
    fi
}

check_sdk() {
    if ! have dotnet || [[ $(dotnet --list-sdks) != *10.0.* ]]; then
        say 'the .NET 10 SDK is not installed; get it at https://dotnet.microsoft.com/download/dotnet/10.0'
        exit 1
    fi
}

# The value of one counter in a result file.
counter() {
    local counters
    counters=$(grep -o '<Counters [^>]*>' "$1" 2>/dev/null) || return 1
    [[ $counters =~ [[:space:]]$2=\"([0-9]+)\" ]] || return 1
    echo "${BASH_REMATCH[1]}"
}

passed=0 failed=0 skipped=0 broken=0

run_project() {
    local project=$1 name code=0 trx total ok bad
    shift
    name=$(basename "$project" .csproj)
    trx=$results/$name.trx
    dotnet test --project "$project" --configuration "$CONFIGURATION" --no-build --timeout "$TEST_LIMIT" \
        --results-directory "$results" --report-trx --report-trx-filename "$name.trx" "$@" </dev/null || code=$?
    if [[ $code -eq $NONE_FOUND && $# -gt 0 ]]; then
        return
    fi

    if ! total=$(counter "$trx" total) || ! ok=$(counter "$trx" passed) || ! bad=$(counter "$trx" failed) ||
        [[ $code -ne $ALL_PASSED && $code -ne $SOME_FAILED ]]; then
        say "$name did not come to an orderly end (exit code $code)"
        broken=1
    fi

    passed=$((passed + ${ok:-0}))
    failed=$((failed + ${bad:-0}))
    skipped=$((skipped + ${total:-0} - ${ok:-0} - ${bad:-0}))
    if [[ $code -ne $ALL_PASSED ]]; then
        broken=1
    fi
}

# The failed tests of all result files with their messages. They stand at the very end, since logs get cut.
print_failures() {
    python3 - "$@" <<'PYTHON'
import sys
import xml.etree.ElementTree as tree

NAMESPACE = '{http://microsoft.com/schemas/VisualStudio/TeamTest/2010}'
for path in sys.argv[1:]:
    try:
        results = tree.parse(path).iter(NAMESPACE + 'UnitTestResult')
    except (OSError, tree.ParseError) as error:
        print(f'cannot read {path}: {error}')
        continue
    for result in results:
        if result.get('outcome') == 'Failed':
            message = result.findtext(f'.//{NAMESPACE}ErrorInfo/{NAMESPACE}Message') or ''
            print(f"failed: {result.get('testName')}")
            print(''.join(f'    {line}\n' for line in message.strip().splitlines()[:12]), end='')
PYTHON
}

main() {
    local project
    check_sdk
    provide_neighbours
    provide_markup_checkers
    start_postgres
    dotnet build TrendingMail.sln --configuration "$CONFIGURATION" --verbosity quiet </dev/null
    rm -rf "$results"
    for project in tests/*.Tests/*.csproj tests/*.SystemTests/*.csproj; do
        run_project "$project" "$@"
    done

    if ((passed + failed == 0)); then
        say 'no test was run'
        broken=1
    fi

    if ((skipped > 0)) && [[ ${CI:-} == true ]]; then
        say 'CI must run every test, and some were skipped'
        broken=1
    fi

    if ((failed > 0)); then
        print_failures "$results"/*.trx
    fi

    echo "$passed passed, $failed failed, $skipped skipped"
    return "$((broken || failed > 0))"
}

# Sourced by the tests of this script, which call its functions.
if [[ ${BASH_SOURCE[0]} == "$0" ]]; then
    main "$@"
fi
