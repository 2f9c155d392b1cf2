// About: the same data without this page.

import {one, read} from "./agent.js";
import {h, put} from "./dom.js";
import {time} from "./format.js";

export const title = "About";

const LINKS = [
  ["/jolokia/read/tcpprobe:type=Flows", "Totals over all flows"],
  ["/jolokia/read/tcpprobe:type=Flow,*", "The busiest flows, with every field"],
  ["/jolokia/read/tcpprobe:type=Settings", "Settings"],
  ["/jolokia/read/tcpprobe:type=Tcp", "TCP counters of the host"],
  ["/jolokia/read/tcpprobe:type=TcpExt", "Further TCP counters of the kernel"],
  ["/jolokia/read/tcpprobe:type=Agent", "The agent and its resource usage"],
  ["/jolokia/list/tcpprobe", "All MBeans with descriptions"],
  ["/TCPPROBE-MIB.txt", "TCPPROBE-MIB, for SNMP managers"],
];

export function show(view) {
  const facts = h("dl", {class: "fields"});
  const here = location.origin;
  const quoted = text => `'${text}'`;
  put(view, h("h1", {}, "About"),
    h("div", {class: "columns"},
      h("section", {class: "card"}, h("h2", {}, "This agent"), facts),
      h("section", {class: "card"}, h("h2", {}, "The same data elsewhere"), h("ul", {class: "links"}, LINKS.map(([to, text]) => h("li", {}, h("a", {href: to}, text)))))),
    h("section", {class: "card"}, h("h2", {}, "From a shell"),
      h("p", {}, "This page sends requests of the Jolokia protocol and reads the stream of events. It can do nothing that curl cannot:"),
      h("pre", {tabindex: "0"}, [
        `curl -s ${quoted(`${here}/jolokia`)} -d ${quoted('{"type":"exec","mbean":"tcpprobe:type=Flows","operation":"query","arguments":["retrans > 10","srtt",true,0,20,"local,remote,srtt,verdict"]}')}`,
        `curl -s ${quoted(`${here}/jolokia/exec/tcpprobe:type=Flows/top/srtt/10`)}`,
        `curl -N ${quoted(`${here}/events`)}`,
        `curl -u NAME ${quoted(`${here}/jolokia/write/tcpprobe:type=Settings/probetime/100`)}`].join("\n")),
      h("p", {}, "Changing a setting needs a user with write access: ", h("code", {}, "tcpprobe user add NAME --write"), ". With ",
        h("code", {}, "?serializeLong=string"), " whole numbers are text, for clients that round numbers above 2", h("sup", {}, "53"), ".")));
  let ended = false;
  one(read("Agent")).then(agent => {
    if (ended) return;
    const rows = [["host", agent.HostName], ["version", agent.Version], ["source", agent.Source], ["not used", agent.SourcesRefused], ["kernel", agent.KernelRelease],
      ["Java", agent.JavaVersion], ["started", time(agent.StartedAt)]];
    put(facts, rows.filter(([, text]) => text).map(([name, text]) => [h("dt", {}, name), h("dd", {}, text)]));
  }, failed => put(facts, h("dd", {class: "error"}, failed.message)));
  return {leave: () => { ended = true; }};
}
