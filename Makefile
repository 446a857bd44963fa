# Each target is one line to the `ideasmith` command or to a tool, in an environment that is made on the way.
# PORT=, APPS_PORT= and DATA= are honoured; PYTHON= names the interpreter to use.

MAKEFLAGS += --no-print-directory
# In an empty environment Python could not even find itself.
PATH ?= /usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
export PATH
ifdef DATA
export IDEASMITH_DATA := $(abspath $(DATA))
endif

# Any Python that runs may start the bootstrap; it chooses the right one itself, or says what is missing.
define in_environment
@for python in .venv/bin/python python3.13 python3.12 python3.11 python3; do \
	"$$python" -c "" 2>/dev/null && exec "$$python" workers/bootstrap.py $(1); \
done; \
echo "Python 3.11 or newer is needed; none was found. Install it (Debian/Ubuntu: apt install python3 python3-venv)." >&2; exit 1
endef

.PHONY: run dev test check prove bench gallery pictures lock doctor clean sandbox reproduce soak chaos

run:  ## Start everything; ends in one line `Ready: http://…`
	$(call in_environment,ideasmith run)

dev:  ## The same, and start anew on every change of a file
	$(call in_environment,ideasmith run --reload)

# Two halves side by side, each with its own database, product and browser; who is done first takes from the other.
HALVES ?= 2
test:  ## All tests; ARGS= goes to pytest
	$(call in_environment,--dev python -m tests.browser)
	$(call in_environment,--dev python -m pytest -n $(HALVES) --dist worksteal $(ARGS))

check:  ## Format, lint, types, that every screen imports, and the directions of the imports
	$(call in_environment,--dev python -m ruff format --check .)
	$(call in_environment,--dev python -m ruff check .)
	$(call in_environment,--dev python -m mypy)
	$(call in_environment,--dev python -c "import app.app; import app.web; import app.cli")
	$(call in_environment,--dev python -m pytest tests/test_house.py)

prove:  ## Prove every template: all pairs of options, every check; SLUG= and ARGS= are honoured
	$(call in_environment,--dev python -m tests.browser)
	$(call in_environment,--dev ideasmith templates prove $(SLUG) $(ARGS))

gallery:  ## Take the pictures of templates that a new installation shows; SLUG= is honoured
	$(call in_environment,--dev python -m tests.browser)
	$(call in_environment,--dev ideasmith templates prove $(SLUG) --pictures)

bench:  ## Measure what the design promises; ONLY=, SECONDS= and SEED= are honoured
	$(call in_environment,--dev python -m tests.bench)

sandbox:  ## Try to break out of the sandbox in every way known; ONLY= names modes
	$(call in_environment,--dev python -m tests.services.sandbox.battery)

reproduce:  ## Random options of every template give the same bits on several Pythons; PYTHONS=, COUNT= and SEED= are honoured
	$(call in_environment,--dev python -m tests.bench.reproduce)

soak:  ## Redeploy, roll back, crash and kill apps under visitors; ONLY=, SECONDS= and SEED= are honoured
	$(call in_environment,--dev python -m tests.soak)

chaos:  ## Kill every part everywhere, then ask the checker; SECONDS=, SEED=, ONLY= and KEEP= are honoured
	$(call in_environment,--dev python -m tests.chaos)

pictures:  ## Record an execution for the landing page and take the screenshot of the README
	$(call in_environment,--dev python -m tests.pictures)

doctor:  ## Look at every part and say what to do
	$(call in_environment,ideasmith doctor)

# No lock names a registry: addresses stay in the configuration of whoever installs.
COMPILE = python -m services.registries uv pip compile --universal --python-version 3.11 --generate-hashes --no-header --quiet
lock:  ## Resolve the dependencies anew, keeping what still fits; ARGS=--upgrade takes the newest
	$(call in_environment,--dev $(COMPILE) $(ARGS) pyproject.toml -o requirements.lock)
	$(call in_environment,--dev $(COMPILE) $(ARGS) pyproject.toml --group dev -c requirements.lock -o requirements-dev.lock)
	@mkdir -p .cache
	@grep -E '^uv==' requirements.lock | tr -d ' \\' > .cache/uv.in
	$(call in_environment,--dev $(COMPILE) --no-annotate .cache/uv.in -o bootstrap.lock)

clean:  ## Remove what was made here, except the data folder
	rm -rf .venv .cache .web .mypy_cache .ruff_cache
