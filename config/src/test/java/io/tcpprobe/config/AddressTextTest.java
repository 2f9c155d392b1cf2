package io.tcpprobe.config;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.tcpprobe.test.Seed;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AddressTextTest {
    /** The examples of RFC 5952, sections 1 to 5. */
    @ParameterizedTest
    @CsvSource({
        "2001:db8:0:0:1:0:0:1, 2001:db8::1:0:0:1",
        "2001:0db8:0:0:1:0:0:1, 2001:db8::1:0:0:1",
        "2001:db8:0000:0:1::1, 2001:db8::1:0:0:1",
        "2001:DB8:0:0:1::1, 2001:db8::1:0:0:1",
        "2001:db8:aaaa:bbbb:cccc:dddd:eeee:001, 2001:db8:aaaa:bbbb:cccc:dddd:eeee:1",
        "2001:db8:aaaa:bbbb:cccc:dddd:0:1, 2001:db8:aaaa:bbbb:cccc:dddd:0:1",
        "2001:db8:0:0:0::1, 2001:db8::1",
        "2001:db8:0:1:1:1:1:1, 2001:db8:0:1:1:1:1:1",
        "2001:0:0:1:0:0:0:1, 2001:0:0:1::1",
        "2001:db8:0:0:0:0:2:1, 2001:db8::2:1",
        "2001:db8::0:1, 2001:db8::1",
        "2001:db8:aaaa:bbbb:cccc:dddd:eeee:AAAA, 2001:db8:aaaa:bbbb:cccc:dddd:eeee:aaaa",
        "0:0:0:0:0:0:0:0, ::",
        "0:0:0:0:0:0:0:1, ::1",
        "1:0:0:0:0:0:0:0, 1::",
        "0:0:1:0:0:0:0:1, 0:0:1::1",
    })
    void shouldWriteIpv6AsInRfc5952(String text, String written) throws UnknownHostException {
        assertEquals(written, AddressText.of(InetAddress.getByName(text).getAddress()));
    }

    /** RFC 5952, section 5; InetAddress would give 4 bytes for such a text. */
    @Test
    void shouldWriteAMappedAddressWithItsIpv4Part() {
        byte[] mapped = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, -1, -1, -64, 0, 2, 1};
        assertEquals("::ffff:192.0.2.1", AddressText.of(mapped));
    }

    @Test
    void shouldReadBackToTheSameBytes() throws UnknownHostException {
        long seed = Seed.next();
        Random random = new Random(seed);
        for (int round = 0; round < 5000; round++) {
            byte[] address = new byte[random.nextBoolean() ? 4 : 16];
            random.nextBytes(address);
            for (int group = 0; group + 1 < address.length; group += 2) {
                if (random.nextInt(3) > 0) {
                    Arrays.fill(address, group, group + 2, (byte) 0);
                }
            }
            assertArrayEquals(
                    address, InetAddress.getByName(AddressText.of(address)).getAddress(), "seed " + seed);
        }
    }

    @Test
    void shouldWriteTheZoneAsItsUnsignedNumber() {
        byte[] zoned = Arrays.copyOf(new byte[] {(byte) 0xfe, (byte) 0x80}, 20);
        zoned[15] = 1;
        Arrays.fill(zoned, 16, 20, (byte) 0xff);
        assertEquals("fe80::1%4294967295", AddressText.of(zoned));
    }

    @Test
    void shouldPutIpv6InBracketsBeforeAPort() {
        assertEquals("127.0.0.1:65535", AddressText.of(new byte[] {127, 0, 0, 1}, 65535));
        assertEquals("[::]:0", AddressText.of(new byte[16], 0));
    }

    @Test
    void shouldWriteAQuestionMarkForWhatIsNoAddress() {
        assertEquals("?", AddressText.of(new byte[0]));
        assertEquals("?", AddressText.of(new byte[5]));
    }
}
