package io.tcpprobe.agent.cli;

import io.tcpprobe.config.Setting;
import io.tcpprobe.config.SettingGroup;
import io.tcpprobe.config.Settings;
import java.util.List;

/** The manual page tcpprobe.conf(5), from the list of settings. */
final class SettingsPage {
    private SettingsPage() {}

    static String render() {
        Mdoc page = new Mdoc("tcpprobe.conf", 5, "settings of tcpprobe");
        page.section("SYNOPSIS").macro("Nm", "/etc/tcpprobe/tcpprobe.conf");
        page.section("DESCRIPTION")
                .text("The file has lines KEY = VALUE, in UTF-8. Empty lines and lines that begin with # are ignored.")
                .text(
                        "An unknown key, a key that occurs twice and a value out of range are errors, which are all reported at once.")
                .macro("Pp")
                .text(
                        "If a setting has several values, the last of this list takes precedence: the default, this file, a value that was"
                                + " changed while the agent ran, the environment, the option --set.")
                .text("The command")
                .macro("Ic", "tcpprobe settings")
                .text("shows the values in force and the origin of each.")
                .macro("Pp")
                .text(
                        "At SIGHUP the agent reads the file again. Live settings change at once; the others need a restart, and the log"
                                + " lists them. A file with an error changes nothing.");
        page.section("SETTINGS");
        for (SettingGroup group : SettingGroup.values()) {
            page.subsection(group.title()).beginList();
            Settings.of(group).forEach(setting -> setting(page, setting));
            page.endList();
        }
        page.section("ENVIRONMENT")
                .beginList()
                .item(
                        "Ev TCPPROBE_KEY",
                        "A setting's variable is its key in upper case, with _ for each dot, after TCPPROBE_: TCPPROBE_SNMP_LISTEN for"
                                + " snmp.listen. That of port is TCPPROBE_PORT_FILTER, because Kubernetes sets TCPPROBE_PORT for a Service of"
                                + " this name.")
                .endList();
        page.section("FILES")
                .beginList()
                .item(
                        "Pa /etc/tcpprobe/tcpprobe.conf",
                        "The file that the service reads; other agents read that of --config.")
                .item("Pa /var/lib/tcpprobe/settings", "The values that were changed while the agent ran.")
                .endList();
        page.section("EXAMPLES")
                .text(
                        "SNMP for a management station, without the default community, and events to a receiver of notifications:")
                .example("""
                        snmp.listen = 192.0.2.10:1161
                        snmp.community =
                        snmp.notify = 192.0.2.1:162
                        snmp.notifyuser = ops
                        """);
        return page.seeAlso(List.of("tcpprobe 1", "tcpprobe-settings 1", "tcpprobe-mib 7"))
                .toString();
    }

    private static void setting(Mdoc page, Setting<?> setting) {
        page.item("Cm " + setting.name(), setting.doc());
        page.text("Value: " + setting.ruleWithUnit() + "; default "
                + (setting.defaultText().isEmpty() ? "empty" : setting.defaultText())
                + (setting.writable() ? "; live." : "; at start only."));
    }
}
