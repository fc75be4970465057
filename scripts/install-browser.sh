#!/bin/sh
# Installs Chromium and a CJK font for the browser tests where they are absent (Debian, Ubuntu).
set -eu
need=""
command -v chromium >/dev/null 2>&1 || command -v chromium-browser >/dev/null 2>&1 || need="chromium"
if ! command -v fc-list >/dev/null 2>&1 || [ -z "$(fc-list :lang=zh-cn family 2>/dev/null)" ]; then
    need="$need fonts-noto-cjk fontconfig"
fi
[ -n "$need" ] || exit 0
if ! command -v apt-get >/dev/null 2>&1; then
    echo "The browser tests need: $need. Install them with your system's package manager." >&2
    exit 1
fi
sudo=""
if [ "$(id -u)" -ne 0 ]; then
    if ! command -v sudo >/dev/null 2>&1 || ! sudo -n true 2>/dev/null; then
        echo "The browser tests need: $need. Install them with: apt-get install $need" >&2
        exit 1
    fi
    sudo="sudo"
fi
echo "Installing for the browser tests: $need"
$sudo apt-get update -qq
# shellcheck disable=SC2086  # a list of packages
DEBIAN_FRONTEND=noninteractive $sudo apt-get install -y -qq --no-install-recommends $need >/dev/null
