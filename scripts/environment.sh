# Makes .venv in the repository and installs evalkit into it. Sourced by the commands beside it, which set
# `root` (the repository) and `extras` (empty or "[dev]") first. A second call is quick: the environment keeps
# a stamp of what it was installed from.

say() { printf '%s\n' "$*" >&2; }

# The first of these names that is Python 3.11 or newer.
find_python() {
    for candidate in ${PYTHON:-} python3 python3.13 python3.12 python3.11; do
        if "$candidate" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
            printf '%s\n' "$candidate"
            return 0
        fi
    done
    return 1
}

# Keeps an environment that works; one that is half made, lost its Python or was moved here is made anew.
make_environment() {
    made_for=$(cat "$environment/made-for" 2>/dev/null || printf '%s' "$root")
    if [ "$made_for" != "$root" ] || ! "$environment/bin/python" -m pip --version >/dev/null 2>&1; then
        "$python" -m venv --clear "$environment" || exit 1
    fi
    printf '%s\n' "$root" >"$environment/made-for"
}

if ! python=$(find_python); then
    say "evalkit needs Python 3.11 or newer with its venv module; install it, e.g.: apt-get install python3 python3-venv"
    exit 1
fi
if ! "$python" -c 'import ensurepip, venv' 2>/dev/null; then
    say "$python has no venv module; install it, e.g.: apt-get install python3-venv"
    exit 1
fi

environment=$root/.venv
wanted=$(cat "$root/pyproject.toml" "$root/constraints.txt" | cksum)
stamp=$environment/installed-from${extras:+-dev} # an installation with the development tools serves both

if [ "$(cat "$environment/made-for" 2>/dev/null)" != "$root" ] || [ "$(cat "$stamp" 2>/dev/null)" != "$wanted" ]; then
    say "Installing evalkit into $environment (once; it takes some minutes)..."
    make_environment
    rm -f "$environment"/installed-from*
    "$environment/bin/python" -m pip install --quiet --disable-pip-version-check \
        -c "$root/constraints.txt" -e "$root$extras" || exit 1
    printf '%s\n' "$wanted" >"$environment/installed-from"
    printf '%s\n' "$wanted" >"$stamp"
fi
PATH=$environment/bin:$PATH
export PATH
