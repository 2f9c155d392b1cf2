package io.tcpprobe.agent.core;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jolokia.json.parser.JSONParser;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class JsonTextTest {
    @Test
    void shouldWriteValuesOfEveryType() {
        Map<String, @Nullable Object> map = new LinkedHashMap<>();
        map.put("z", 1L);
        map.put("a", null);
        map.put("list", Arrays.asList(true, -2.5, null, List.of(), Map.of()));
        map.put("array", new int[] {1, 2});
        map.put("none", Double.NaN);
        map.put("infinite", Float.POSITIVE_INFINITY);
        map.put("other", 'c');
        assertEquals(
                "{\"z\":1,\"a\":null,\"list\":[true,-2.5,null,[],{}],\"array\":[1,2],\"none\":null,\"infinite\":null,\"other\":\"c\"}",
                JsonText.of(map));
    }

    @Test
    void shouldEscapeEveryControlCharacter() throws Exception {
        StringBuilder text = new StringBuilder("\"\\/é\u2028\ud83d\ude00");
        for (char character = 0; character <= 0xa0; character++) {
            text.append(character);
            assertEquals(String.valueOf(character), new JSONParser().parse(JsonText.of(String.valueOf(character))));
        }
        String written = JsonText.of(text);
        assertEquals(0, written.chars().filter(character -> character < ' ').count(), written);
        assertEquals(text.toString(), new JSONParser().parse(written));
        assertEquals("\"\\u001b\\u000f\\n\"", JsonText.of("\u001b\u000f\n"));
    }
}
