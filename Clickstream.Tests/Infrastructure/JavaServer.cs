namespace Clickstream.Tests.Infrastructure;

/// <summary>A script that runs a Java server in the foreground.</summary>
static class JavaServer
{
    /// <summary>
    /// Starts it, without the second compiler unless its speed is to be measured: these servers live for minutes at most, and half of what
    /// they would use of the processors then is that compiler's.
    /// </summary>
    public static ChildProcess Start(IEnumerable<string> scriptAndArguments, bool isMeasured = false) =>
        ChildProcess.Start("bash", scriptAndArguments, new Dictionary<string, string?> { ["JAVA_TOOL_OPTIONS"] = isMeasured ? null : "-XX:TieredStopAtLevel=1" });
}
