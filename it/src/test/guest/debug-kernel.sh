#!/bin/sh
# Builds a kernel that finds what others overlook, from Debian's package linux-source-6.1: debug-kernel.sh [FOLDER]
# It takes ten minutes of two processors, flex, bison, bc and libelf-dev. Module finds it in it/target/kernels/debug, and
# './tcpprobe test --all' then runs ModuleDebugIT.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
folder=${1:-$here/../../../target/kernels/debug}
mkdir -p "$folder"
cd "$folder"
rm -f version
[ -d source ] || {
    apt-get -qq download linux-source-6.1
    dpkg -x linux-source-6.1_*.deb package
    rm linux-source-6.1_*.deb
    mkdir source
    tar -xf package/usr/src/linux-source-6.1.tar.xz -C source --strip-components=1
    rm -r package
}
cd source
make -s tinyconfig
./scripts/kconfig/merge_config.sh -m .config "$here/debug.config" >/dev/null
make -s olddefconfig
sed -n 's/=y$//p' "$here/debug.config" | while read -r wanted; do
    grep -q "^$wanted=y" .config || echo "this kernel has no $wanted" >&2
done
nice make -s -j"$(nproc)" bzImage modules
cd ..
ln -sf source/arch/x86/boot/bzImage vmlinuz
ln -sfn source headers
mkdir -p modules
make -s -C source kernelrelease >version
