import static org.junit.platform.engine.discovery.DiscoverySelectors.selectClass;

import java.io.PrintWriter;
import java.util.Arrays;
import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder;
import org.junit.platform.launcher.core.LauncherFactory;
import org.junit.platform.launcher.listeners.SummaryGeneratingListener;

/** Runs the test classes that are named; the exit status is 0 if tests ran and passed, 1 if one failed, 2 if none ran. */
final class RunTests {
    private RunTests() {}

    public static void main(String... classes) {
        var listener = new SummaryGeneratingListener();
        var request = LauncherDiscoveryRequestBuilder.request()
                .selectors(Arrays.stream(classes).map(name -> selectClass(name)).toList())
                .build();
        LauncherFactory.create().execute(request, listener);
        var summary = listener.getSummary();
        summary.printFailuresTo(new PrintWriter(System.out, true), 5);
        System.exit(summary.getTotalFailureCount() > 0 ? 1 : summary.getTestsSucceededCount() > 0 ? 0 : 2);
    }
}
