package io.tcpprobe.agent.plot;

import java.io.IOException;
import java.io.StringReader;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import javax.xml.parsers.DocumentBuilder;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.parsers.ParserConfigurationException;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.w3c.dom.Node;
import org.w3c.dom.NodeList;
import org.xml.sax.InputSource;
import org.xml.sax.SAXException;

/** An SVG picture, parsed: the parser refuses text that is not well-formed. */
record Picture(Document document) {
    static Picture parse(String text) {
        try {
            DocumentBuilder builder = DocumentBuilderFactory.newInstance().newDocumentBuilder();
            return new Picture(builder.parse(new InputSource(new StringReader(text))));
        } catch (ParserConfigurationException | SAXException | IOException failed) {
            throw new AssertionError(text, failed);
        }
    }

    private Stream<Element> elements(String name) {
        NodeList found = document.getElementsByTagName(name);
        return IntStream.range(0, found.getLength()).mapToObj(i -> (Element) found.item(i));
    }

    /** Returns the texts that are drawn. */
    List<String> texts() {
        return elements("text").map(Node::getTextContent).toList();
    }

    /** Returns the coordinates of the lines of this name. */
    List<String> lines(String name) {
        return elements("polyline")
                .filter(line -> ((Element) line.getParentNode())
                        .getElementsByTagName("title")
                        .item(0)
                        .getTextContent()
                        .equals(name))
                .map(line -> line.getAttribute("points"))
                .toList();
    }

    /** Returns the values of an attribute of all elements of this name that have another attribute with this value. */
    List<String> attributes(String element, String other, String value, String attribute) {
        return elements(element)
                .filter(found -> found.getAttribute(other).equals(value))
                .map(found -> found.getAttribute(attribute))
                .toList();
    }

    /** Returns the title of the picture. */
    String title() {
        return document.getDocumentElement()
                .getElementsByTagName("title")
                .item(0)
                .getTextContent();
    }
}
