# muster: build, test, install. 'make help' lists the targets.
#
# Every .c of the floors below belongs to the program; nothing is listed by
# hand. Objects go under $(B); SANITIZE=1 uses a folder of its own.

PREFIX ?= /usr/local
B ?= build
CC ?= cc
PKG_CONFIG ?= pkg-config
CFLAGS ?= -O2 -g
FLOORS = base model registry cards tui
VERSION = 0.1.0

# override: EXTRA and LDEXTRA of the command line are added to, not taken alone
ifeq ($(SANITIZE),1)
B := $(B)/sanitize
override EXTRA += -fsanitize=address,undefined \
	-fno-sanitize-recover=undefined -fno-omit-frame-pointer \
	-DMUSTER_SANITIZE
override LDEXTRA += -fsanitize=address,undefined
else
HARDEN = -fPIE -fstack-protector-strong -fcf-protection
FORTIFY = -D_FORTIFY_SOURCE=3
LDHARDEN = -pie -Wl,-z,relro,-z,now,-z,noexecstack
endif
ifeq ($(WERROR),1)
override EXTRA += -Werror
endif

WARNINGS := $(shell sed 's/\#.*//' docs/warnings.txt)
DEFINES = -D_GNU_SOURCE -DPCRE2_CODE_UNIT_WIDTH=8 \
	-DMUSTER_VERSION='"$(VERSION)"' -include base/banned.h
ALL_CFLAGS = -std=c11 $(CFLAGS) $(HARDEN) $(FORTIFY) $(WARNINGS) $(EXTRA) \
	$(DEFINES) -I. -I$(B) -pthread
LIBS = -lncursesw -ltinfo -lsqlite3 -lcsv -lpcre2-8 -ljansson -lnettle \
	-lRmath -lcmark -lyaml -lm -ldl -pthread

LIB_SRC := $(foreach f,$(FLOORS),$(wildcard $(f)/*.c))
CLI_SRC := $(wildcard cli/*.c)
LIB_OBJ := $(LIB_SRC:%.c=$(B)/%.o)
CLI_OBJ := $(CLI_SRC:%.c=$(B)/%.o)
# tests that use the command line's own modules link them too, not main()
CLI_LIB_OBJ := $(filter-out $(B)/cli/main.o,$(CLI_OBJ))
TEST_SRC := $(wildcard tests/base/test_*.c tests/model/test_*.c \
	tests/registry/test_*.c tests/cards/test_*.c tests/tui/test_*.c \
	tests/cli/test_*.c tests/e2e/test_*.c tests/faults/test_*.c)
TEST_BIN := $(TEST_SRC:tests/%.c=$(B)/tests/%)
TEST_SUPPORT_SRC := $(wildcard tests/support/*.c)
TEST_SUPPORT_OBJ := $(TEST_SUPPORT_SRC:%.c=$(B)/%.o)
# kept: make would remove them after the first run, and link all tests anew
.SECONDARY: $(TEST_SUPPORT_OBJ)
FUZZ_SRC := $(wildcard tests/fuzz/fuzz_*.c)

.PHONY: all deps demo test check check-source check-docs static install \
	torture fuzz bench print-libs cover mutants help clean tests

all: $(B)/muster

help:
	@sed -n 's/^## //p' $(MAKEFILE_LIST)

## make                build $(B)/muster
$(B)/muster: $(CLI_OBJ) $(B)/libmuster.a
	$(CC) $(LDHARDEN) $(LDEXTRA) -o $@ $(CLI_OBJ) $(B)/libmuster.a $(LIBS)

$(B)/libmuster.a: $(LIB_OBJ)
	@rm -f $@
	ar rcs $@ $(LIB_OBJ)

$(B)/%.o: %.c docs/warnings.txt Makefile
	@mkdir -p $(@D)
	$(CC) $(ALL_CFLAGS) -MMD -MP -c -o $@ $<

$(B)/tests/support/%.o: override EXTRA += -Itests

# the arithmetic's inner loops, and the look at every stored prediction
$(B)/model/%.o $(B)/registry/batch.o: CFLAGS += -O3 -fno-math-errno

-include $(LIB_OBJ:.o=.d) $(CLI_OBJ:.o=.d) $(TEST_SUPPORT_OBJ:.o=.d) \
	$(TEST_BIN:=.d)

## make deps           install the packages that are missing (says what and why)
deps:
	@tests/deps.sh

## make demo           build, and open the workbench on a demonstration
demo: deps
	@$(MAKE) --no-print-directory all
	@examples/demo.sh $(B)/muster

## make test           set up, build and run every test: the command to run
test: deps
	@$(MAKE) --no-print-directory all tests
	@$(MAKE) --no-print-directory check-source
	@$(MAKE) --no-print-directory check-docs
	@$(MAKE) --no-print-directory check

tests: $(TEST_BIN)

$(B)/tests/%: tests/%.c $(TEST_SUPPORT_OBJ) $(CLI_LIB_OBJ) $(B)/libmuster.a
	@mkdir -p $(@D)
	$(CC) $(ALL_CFLAGS) -Itests -MMD -MP -MF $@.d -MT $@ $(LDHARDEN) \
		$(LDEXTRA) -o $@ $< $(TEST_SUPPORT_OBJ) $(CLI_LIB_OBJ) \
		$(B)/libmuster.a -lcmocka -lvterm -lutil $(LIBS)

## make check          run the tests (SANITIZE=1: under ASan and UBSan; ONLY=glob)
check: all tests
	@B=$(B) ONLY='$(ONLY)' tests/run.sh

## make check-source   who may include whom, banned functions
check-source:
	@tests/check-includes.sh
	@tests/check-source.sh

## make check-docs     every command, key and example is documented and true
check-docs: all
	@B=$(B) tests/check-docs.sh

## make torture        the long fault loops (kill -9, full disks, many writers)
torture: all tests
	@B=$(B) tests/torture.sh

## make fuzz           libFuzzer targets, FUZZ_TIME seconds each (clang)
FUZZ_TIME ?= 60
fuzz:
	@B=$(B) FUZZ_TIME=$(FUZZ_TIME) tests/fuzz.sh

## make cover          branches that the tests take, per folder (gcov; ONLY=glob)
cover:
	@$(MAKE) --no-print-directory B=$(B)/cover CFLAGS="-O0 -g --coverage" \
		FORTIFY= LDEXTRA=--coverage all tests
	@find $(B)/cover -name '*.gcda' -delete
	@B=$(B)/cover ONLY='$(ONLY)' tests/run.sh || :
	@tests/cover.sh $(B)/cover

## make mutants        small faults put into log and sign-off code: are they noticed?
mutants: all
	@B=$(B) tests/mutants.sh

# what a program beside the Makefile links (tests/fuzz.sh)
print-libs:
	@echo '$(LIBS)'

## make bench          measure beside the peers, as ratios
bench: all
	@B=$(B) bench/run.sh

## make static         one statically linked executable, $(B)/static/muster
static: deps
	@$(MAKE) --no-print-directory B=$(B)/static HARDEN="-fPIE \
		-fstack-protector-strong -fcf-protection" \
		LDHARDEN="-static-pie -s -Wl,--gc-sections,-z,relro,-z,now,-z,noexecstack" \
		CFLAGS="-O2 -ffunction-sections -fdata-sections" \
		$(B)/static/muster

## make install        PREFIX (/usr/local), DESTDIR
install: all
	install -d $(DESTDIR)$(PREFIX)/bin $(DESTDIR)$(PREFIX)/share/man/man1 \
		$(DESTDIR)$(PREFIX)/share/bash-completion/completions
	install -m 755 $(B)/muster $(DESTDIR)$(PREFIX)/bin/muster
	install -m 644 docs/muster.1 $(DESTDIR)$(PREFIX)/share/man/man1/
	install -m 644 docs/muster.bash \
		$(DESTDIR)$(PREFIX)/share/bash-completion/completions/muster

## make clean          remove what was built
clean:
	rm -rf $(B)
