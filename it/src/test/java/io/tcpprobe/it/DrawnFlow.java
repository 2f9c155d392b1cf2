package io.tcpprobe.it;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.parsers.ParserConfigurationException;
import org.w3c.dom.Document;
import org.w3c.dom.NodeList;
import org.xml.sax.SAXException;

/**
 * The texts of a picture that {@code tcpprobe plot} has drawn.
 *
 * @param title the title of the picture
 * @param lines all texts
 */
record DrawnFlow(String title, List<String> lines) {
    /** Reads a picture, which must be well-formed XML. */
    static DrawnFlow read(Path file) throws IOException, SAXException, ParserConfigurationException {
        Document svg = DocumentBuilderFactory.newInstance().newDocumentBuilder().parse(file.toFile());
        NodeList texts = svg.getElementsByTagName("text");
        List<String> lines = new ArrayList<>();
        for (int i = 0; i < texts.getLength(); i++) {
            lines.add(texts.item(i).getTextContent());
        }
        return new DrawnFlow(svg.getElementsByTagName("title").item(0).getTextContent(), lines);
    }

    String texts() {
        return String.join("\n", lines);
    }

    boolean has(String text) {
        return lines.stream().anyMatch(line -> line.contains(text));
    }

    /** Returns the number in a text that matches a pattern with one group. */
    long number(String pattern) {
        Matcher match = Pattern.compile(pattern).matcher(texts());
        if (!match.find()) {
            throw new AssertionError("nothing like " + pattern + " in\n" + texts());
        }
        return Long.parseLong(match.group(1));
    }
}
