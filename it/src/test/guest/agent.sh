# Makes the guest ready for the agent; read by the tests' scripts.

# What virtio needs, as far as it is not built in; in this order.
for module in virtio_ring virtio virtio_pci_legacy_dev virtio_pci_modern_dev virtio_pci virtio_blk failover net_failover \
    virtio_net; do
    [ ! -e /$module.ko ] || insmod /$module.ko
done
until [ -e /dev/vda ]; do sleep 0.1; done

# The net that QEMU makes up, where a test wants one: the host forwards its ports to this address.
if [ -e /virtio_net.ko ]; then
    until [ -e /sys/class/net/eth0 ]; do sleep 0.1; done
    ip addr add 10.0.2.15/24 dev eth0
    ip link set eth0 up
fi

mount -o ro /dev/vda /disk
[ ! -d /disk/run ] || mount -t tmpfs tmpfs /disk/run
for folder in dev proc sys tmp; do mount --bind /$folder /disk/$folder; done
cp -a /disk/state /tmp/state
