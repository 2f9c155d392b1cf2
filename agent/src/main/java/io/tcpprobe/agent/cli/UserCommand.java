package io.tcpprobe.agent.cli;

import io.tcpprobe.agent.connector.ToolAddress;
import io.tcpprobe.agent.state.RunningFile;
import io.tcpprobe.agent.state.StartException;
import io.tcpprobe.agent.state.State;
import io.tcpprobe.agent.state.StateFolderOwner;
import io.tcpprobe.agent.users.AuthenticationProtocol;
import io.tcpprobe.agent.users.PrivacyProtocol;
import io.tcpprobe.agent.users.ReceiverUsers;
import io.tcpprobe.agent.users.User;
import io.tcpprobe.agent.users.Users;
import io.tcpprobe.config.Configuration;
import io.tcpprobe.config.Problem;
import io.tcpprobe.config.ProblemException;
import io.tcpprobe.config.ProgramName;
import io.tcpprobe.config.Settings;
import java.io.BufferedReader;
import java.io.Console;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.Callable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Adds, lists and removes the users of SNMPv3, HTTP and JMX. A running agent notices changes within seconds. */
@Command(
        name = "user",
        mixinStandardHelpOptions = true,
        description = "Add, list and remove the users of SNMPv3, HTTP and JMX.",
        subcommands = {UserCommand.Add.class, UserCommand.Listing.class, UserCommand.Remove.class})
final class UserCommand implements Runnable {
    private static final Logger LOG = LoggerFactory.getLogger(UserCommand.class);

    @Spec
    @SuppressWarnings("NullAway.Init") // set by picocli
    private CommandSpec spec;

    @Override
    public void run() {
        spec.commandLine().usage(spec.commandLine().getOut());
    }

    /** Adds a user. */
    @Command(
            name = "add",
            mixinStandardHelpOptions = true,
            description = {
                "Add a user, or change a user's passphrases. The authentication passphrase is the password for HTTP and JMX.",
                "Prompts twice for each passphrase; without a terminal, reads standard input, one passphrase per line:"
                        + " authentication, then privacy. Stores only keys derived from them."
            })
    static final class Add implements Callable<Integer> {
        @Spec
        @SuppressWarnings("NullAway.Init") // set by picocli
        private CommandSpec spec;

        @Mixin
        private ConfigurationOptions configuration = new ConfigurationOptions();

        @Parameters(paramLabel = "NAME", description = "1 to 32 letters, digits, dots, dashes and underscores.")
        private String name = "";

        @Option(names = "--write", description = "The user may change settings.")
        private boolean write;

        @Option(
                names = "--auth",
                paramLabel = "PROTOCOL",
                defaultValue = "SHA-256",
                description = "SNMPv3 authentication protocol: SHA-256 (default), SHA-384 or SHA-512.")
        private String authentication = "";

        @Option(
                names = "--priv",
                paramLabel = "PROTOCOL",
                defaultValue = "AES-128",
                description = "SNMPv3 privacy protocol: AES-128 (default), AES-192 or AES-256.")
        private String privacy = "";

        @Option(
                names = "--inform",
                paramLabel = "ENGINEID",
                defaultValue = "",
                description = "Derive the keys for the engine of a receiver of SNMPv3 informs, given in hexadecimal.")
        private String inform = "";

        private AuthenticationProtocol authenticationProtocol() throws CommandException {
            return AuthenticationProtocol.of(authentication)
                    .orElseThrow(() -> new CommandException(
                            Commands.FAILED,
                            "user add: --auth " + authentication + ": use SHA-256, SHA-384 or SHA-512"));
        }

        private PrivacyProtocol privacyProtocol() throws CommandException {
            return PrivacyProtocol.of(privacy)
                    .orElseThrow(() -> new CommandException(
                            Commands.FAILED, "user add: --priv " + privacy + ": use AES-128, AES-192 or AES-256"));
        }

        @Override
        public Integer call() throws StartException, CommandException, IOException {
            if (write && !inform.isEmpty()) {
                throw new CommandException(
                        Commands.USAGE,
                        "user add: --write and --inform exclude each other: a user of a receiver has no rights here");
            }
            Configuration given = configuration.read();
            AuthenticationProtocol authenticates = authenticationProtocol();
            PrivacyProtocol encrypts = privacyProtocol();
            try {
                Users.checkName(name); // fails before the user types passphrases
                Users own = users(given, inform);
                if (!inform.isEmpty()) {
                    return addReceiver(given, own, authenticates, encrypts);
                }
                Passphrases read = Passphrases.read(spec.commandLine().getErr());
                User user;
                try (StateFolderOwner _ = StateFolderOwner.assume(State.folder(given))) {
                    user = own.add(name, write, authenticates, read.authentication, encrypts, read.privacy);
                }
                PrintWriter out = spec.commandLine().getOut();
                out.println(
                        "user " + user + ", stored in " + State.folder(given).resolve("users"));
                out.println("  snmpget -v3 -l authPriv -a " + authenticates.label() + " -x " + encrypts.netSnmpName()
                        + " -u "
                        + name + " -A '...' -X '...' "
                        + snmpAddress(given) + " 1.3.6.1.2.1.6.9.0");
                out.flush();
                return 0;
            } catch (IllegalArgumentException wrong) {
                throw new CommandException(Commands.FAILED, "user add: " + wrong.getMessage());
            }
        }

        /** Adds a user of a receiver, who reads and writes nothing here. */
        private int addReceiver(
                Configuration given, Users users, AuthenticationProtocol authenticates, PrivacyProtocol encrypts)
                throws CommandException, IOException {
            Passphrases read = Passphrases.read(spec.commandLine().getErr());
            try (StateFolderOwner _ = StateFolderOwner.assume(State.folder(given))) {
                users.add(name, false, authenticates, read.authentication, encrypts, read.privacy);
            }
            PrintWriter out = spec.commandLine().getOut();
            out.println("user " + name + " for informs to the engine "
                    + HexFormat.of().formatHex(ReceiverUsers.engineId(inform))
                    + "; used with snmp.inform=1 and snmp.notifyuser=" + name
                    + " from the next start on");
            out.flush();
            return 0;
        }
    }

    /** Returns the users of this engine, or those of a receiver if the option --inform names its engine. */
    private static Users users(Configuration given, String inform) throws StartException, CommandException {
        List<Problem> warnings = new ArrayList<>();
        try (StateFolderOwner _ = StateFolderOwner.assume(State.folder(given))) {
            Users users = State.users(given, warnings);
            warnings.forEach(warning -> LOG.warn("{}", warning));
            return inform.isEmpty() ? users : ReceiverUsers.of(State.folder(given), ReceiverUsers.engineId(inform));
        } catch (ProblemException unusable) {
            throw new CommandException(Commands.FAILED, unusable.problem().toString());
        } catch (IOException failed) {
            throw new CommandException(
                    Commands.FAILED,
                    "open " + State.folder(given) + ": " + Problem.cause(failed) + "; run this as the folder's owner");
        } catch (IllegalArgumentException wrong) {
            throw new CommandException(Commands.FAILED, "--inform " + inform + ": " + wrong.getMessage());
        }
    }

    /** Returns the SNMP address on which the agent of this state folder listens, or would listen. */
    private static String snmpAddress(Configuration given) {
        String addresses = RunningFile.read(State.folder(given))
                .map(running -> running.value(Settings.SNMP_LISTEN))
                .orElseGet(() -> Settings.SNMP_LISTEN.syntax().format(given.early(Settings.SNMP_LISTEN)));
        return ToolAddress.of(addresses.isEmpty() ? "AGENT:PORT" : addresses.split(",", -1)[0]);
    }

    /** Lists the users. */
    @Command(name = "list", mixinStandardHelpOptions = true, description = "List the users.")
    static final class Listing implements Callable<Integer> {
        @Spec
        @SuppressWarnings("NullAway.Init") // set by picocli
        private CommandSpec spec;

        @Mixin
        private ConfigurationOptions configuration = new ConfigurationOptions();

        @Option(
                names = "--inform",
                paramLabel = "ENGINEID",
                defaultValue = "",
                description = "The users for the engine of a receiver of SNMPv3 informs, given in hexadecimal.")
        private String inform = "";

        @Override
        public Integer call() throws StartException, CommandException {
            Configuration given = configuration.read();
            Users users = users(given, inform);
            PrintWriter out = spec.commandLine().getOut();
            users.all().forEach(out::println);
            if (users.all().isEmpty()) {
                PrintWriter err = spec.commandLine().getErr();
                err.println("tcpprobe: no users: add one to " + State.folder(given) + " with '"
                        + ProgramName.command("user add NAME")
                        + (inform.isEmpty() ? "" : " --inform " + inform)
                        + "', or name another folder with --set state.dir=FOLDER");
                err.flush();
            }
            out.flush();
            return 0;
        }
    }

    /** Removes a user. */
    @Command(name = "remove", mixinStandardHelpOptions = true, description = "Remove a user.")
    static final class Remove implements Callable<Integer> {
        @Mixin
        private ConfigurationOptions configuration = new ConfigurationOptions();

        @Parameters(paramLabel = "NAME")
        private String name = "";

        @Option(
                names = "--inform",
                paramLabel = "ENGINEID",
                defaultValue = "",
                description = "A user for the engine of a receiver of SNMPv3 informs, given in hexadecimal.")
        private String inform = "";

        @Override
        public Integer call() throws StartException, CommandException, IOException {
            Configuration given = configuration.read();
            Users users = users(given, inform);
            try (StateFolderOwner _ = StateFolderOwner.assume(State.folder(given))) {
                if (!users.remove(name)) {
                    throw new CommandException(Commands.FAILED, "user remove " + name + ": there is no such user");
                }
            }
            return 0;
        }
    }

    /** The two passphrases of a user, as typed. */
    private record Passphrases(String authentication, String privacy) {
        private static final int MAX_ATTEMPTS = 3;

        @SuppressWarnings("SystemConsoleNull") // never null on Java 22 to 24; null again without a terminal from 25 on
        static Passphrases read(PrintWriter err) throws CommandException, IOException {
            Console console = System.console();
            if (console != null && console.isTerminal()) {
                err.println("At least " + Users.MIN_PASSPHRASE + " characters each; what you type is not shown.");
                err.flush();
                return new Passphrases(ask(console, err, "authentication"), ask(console, err, "privacy"));
            }
            var in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
            String authentication = in.readLine();
            String privacy = in.readLine();
            if (authentication == null || privacy == null) {
                throw new CommandException(
                        Commands.FAILED,
                        "user add: standard input ended; give two lines: the authentication and the privacy passphrase");
            }
            return new Passphrases(authentication, privacy);
        }

        /** Reads a passphrase twice, and again after a mistake, as passwd(1) does. */
        private static String ask(Console console, PrintWriter err, String which) throws CommandException {
            for (int i = 0; i < MAX_ATTEMPTS; i++) {
                char[] once = console.readPassword("%s passphrase: ", which);
                char[] again = once == null ? null : console.readPassword("%s passphrase, again: ", which);
                if (again == null) { // end of input
                    throw new CommandException(Commands.FAILED, "user add: no passphrase; nothing was changed");
                }
                String wrong = Arrays.equals(once, again) ? wrong(new String(once)) : "the passphrases differ";
                if (wrong.isEmpty()) {
                    return new String(once);
                }
                err.println("tcpprobe: user add: " + wrong + (i < MAX_ATTEMPTS - 1 ? "; try again" : ""));
                err.flush();
            }
            throw new CommandException(
                    Commands.FAILED, "user add: " + MAX_ATTEMPTS + " failed attempts; nothing was changed");
        }

        /** Returns what is wrong with a passphrase; empty if it is valid. */
        private static String wrong(String passphrase) {
            try {
                Users.checkPassphrase(passphrase);
                return "";
            } catch (IllegalArgumentException wrong) {
                return String.valueOf(wrong.getMessage());
            }
        }
    }
}
