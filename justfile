# Recipes for people who work on rolefit; `just` lists them.
# Get it with `pip install rust-just`, `apt install just` or `brew install just`.

venv := env_var_or_default("VENV", ".venv")
bin := venv / if os_family() == "windows" { "Scripts" } else { "bin" }
python := bin / "python"

# List the recipes
default:
    @just --list

# Make .venv and install everything that the recipes below need
setup:
    {{ if os_family() == "windows" { "py" } else { "python3" } }} -m venv {{ venv }}
    {{ python }} -m pip install --quiet -e ".[dev,docs]"

# Run the fast tests; arguments go to pytest: just test tests/text -k html
test *arguments:
    {{ python }} -m pytest -n 2 --dist loadfile {{ arguments }}

# Run every test, the slow ones too
test-all *arguments:
    {{ python }} -m pytest -n 2 --dist loadfile -m "not alone" {{ arguments }}
    {{ python }} -m pytest -m alone {{ arguments }}

# Run the fast tests with the lowest versions that pyproject.toml allows, in .venv-lowest
lowest *arguments:
    {{ python }} -m pip install --quiet uv
    {{ python }} -m uv venv --quiet --clear .venv-lowest
    {{ python }} -m uv pip install --quiet --python .venv-lowest --resolution lowest-direct -e ".[dev]"
    .venv-lowest/bin/python -m pytest -n 2 --dist loadfile {{ arguments }}

# Check style, types and the corpus
lint:
    {{ bin / "ruff" }} check .
    {{ bin / "ruff" }} format --check .
    {{ bin / "mypy" }}
    {{ bin / "rolefit" }} corpus check

# Format the code
format:
    {{ bin / "ruff" }} check --fix .
    {{ bin / "ruff" }} format .

# Build the docs into build/docs; a warning is an error
docs:
    {{ python }} -m sphinx -W --keep-going -q -b html docs build/docs

# Rewrite what is generated in README and docs: console examples and the drawing of the imports
refresh:
    {{ python }} tools/console_blocks.py
    {{ python }} tools/draw_imports.py

# Open the page in the browser
serve *arguments:
    {{ bin / "rolefit" }} serve {{ arguments }}

# Train a candidate on the shipped corpus
train name="candidate" *arguments:
    {{ bin / "rolefit" }} train --out models/candidates/{{ name }} {{ arguments }}

# Measure the shipped model on the labelled postings of the project
evaluate *arguments:
    {{ bin / "rolefit" }} evaluate {{ arguments }}

# Build the wheel and the source archive
build:
    {{ python }} -m pip install --quiet build
    {{ python }} -m build

# Record what the default model reaches on sets of real postings, which are not part of the project
release-figures *sets:
    {{ python }} benchmarks/accuracy.py
    {{ python }} benchmarks/learning_curve.py
    {{ python }} tools/release.py {{ sets }}

# All that .ci/run checks, in a fresh .venv or the present one
ci:
    bash .ci/run

# Everything before a release: all checks, the docs, and a wheel that installs
release-check: lint docs test-all build
