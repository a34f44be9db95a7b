# Sourced by deploy/test, deploy/demo, deploy/package and .ci/run: what has to be on the machine before anything can be built or run.
# shellcheck shell=bash

build_packages=(librabbitmq-dev libsqlite3-dev libyaml-dev libssl-dev zlib1g-dev pkg-config)
run_packages=(rabbitmq-server amqp-tools sqlite3 procps openssl)
test_packages=(python3-pika python3-venv python3-pytest python3-pytest-timeout python3-jsonschema strace e2fsprogs iproute2 mount prometheus nginx
  chromium chromium-driver python3-selenium fonts-dejavu-core unzip)
package_packages=(dpkg-dev chrpath binutils lintian python3)
machine_packages=(systemd systemd-container mmdebstrap arch-test)

# How the program is built that is tested, packaged and shipped: it needs no Swift on the machine it runs on.
# shellcheck disable=SC2034
release_options=(--explicit-target-dependency-import-check error -c release --static-swift-stdlib -Xlinker -z -Xlinker now)

note() { printf '%s\n' "$*" >&2; }
fail() { note "$(basename "$0"): $*"; exit 1; }

# Prints a heading, runs the command, prints how long it took. The command's own status is the result.
step() {
  local title=$1 began=$SECONDS status=0
  shift
  note ""; note "== $title"
  "$@" || status=$?
  note "-- $title: $((SECONDS - began)) s$([[ $status == 0 ]] || printf ', FAILED with %s' "$status")"
  return "$status"
}

missing_packages() {
  local package
  for package in "$@"; do
    dpkg-query -W -f '${Status}' "$package" 2>/dev/null | grep -q 'ok installed' || printf '%s ' "$package"
  done
}

# Installs what is missing. A RabbitMQ, Prometheus or nginx that comes with it is not started: the tests run a broker and a proxy of their own, and
# of prometheus only promtool.
require_packages() {
  command -v dpkg-query >/dev/null || { note "not a Debian or Ubuntu machine: make sure that there is $*"; return; }
  local missing as_root=() policy=/usr/sbin/policy-rc.d
  missing=$(missing_packages "$@")
  [[ -n $missing ]] || return 0
  if [[ $(id -u) != 0 ]]; then
    command -v sudo >/dev/null && sudo -n true 2>/dev/null && as_root=(sudo) \
      || fail "missing packages; as root: apt-get install --no-install-recommends $missing"
  fi
  note "installing $missing"
  local placed=no
  if [[ $missing =~ rabbitmq-server|prometheus|nginx && ! -e $policy ]]; then
    printf '#!/bin/sh\nexit 101\n' | "${as_root[@]}" tee "$policy" >/dev/null
    "${as_root[@]}" chmod +x "$policy"
    placed=yes
  fi
  local status=0
  # shellcheck disable=SC2086
  { "${as_root[@]}" apt-get -qq update \
    && "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get -qq install -y --no-install-recommends $missing; } \
    >&2 || status=$?
  [[ $placed == no ]] || "${as_root[@]}" rm -f "$policy"
  [[ $status == 0 ]] || fail "could not install $missing"
}

require_swift() {
  local version
  command -v swift >/dev/null \
    || fail "there is no Swift toolchain: install Swift 6.2 or later from https://www.swift.org/install and put it on the PATH"
  version=$(swift --version 2>/dev/null | sed -n 's/.*Swift version \([0-9]*\.[0-9]*\).*/\1/p' | head -1)
  [[ $(printf '%s\n6.2\n' "$version" | sort -V | head -1) == 6.2 ]] \
    || fail "Swift ${version:-of an unknown version} is too old: 6.2 or later is needed, see https://www.swift.org/install"
}
