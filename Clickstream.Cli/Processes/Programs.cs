using System.Runtime.InteropServices;
using Clickstream.Core.Errors;

namespace Clickstream.Cli.Processes;

/// <summary>Finds the programs of this product, which lie beside this one.</summary>
static class Programs
{
    public const string Cli = "Clickstream.Cli";
    public const string Local = "Clickstream.Local";
    public const string Consumer = "Clickstream.Consumer";
    public const string Producer = "Clickstream.Producer";
    public const string Indexer = "Clickstream.OpenSearchIndexer";

    /// <summary>The full path of a program's executable.</summary>
    /// <exception cref="ClickstreamException">It is not there.</exception>
    public static string Find(string name)
    {
        var file = OperatingSystem.IsWindows() ? name + ".exe" : name;
        var here = Path.TrimEndingDirectorySeparator(AppContext.BaseDirectory);
        // As built: artifacts/bin/Clickstream.Cli/release. The build copies executables of referenced projects to here too, but
        // without all that they need, so those are the second choice; when published together they are whole.
        var built = Path.GetFullPath(Path.Combine(here, "..", "..", name, Path.GetFileName(here), file));
        var published = Path.Combine(here, file);
        return File.Exists(built) ? built
            : File.Exists(published) ? published
            : throw new ClickstreamException(ExitCode.NotInstalled,
                $"{name} was not found at {built} nor at {published}; build it with: dotnet build Clickstream.sln -c Release");
    }

    /// <summary>Executables look for the .NET runtime in the system's usual places; this one may have been started by a dotnet elsewhere.</summary>
    public static void AddRuntime(IDictionary<string, string?> environment)
    {
        const string Variable = "DOTNET_ROOT";
        if (environment.ContainsKey(Variable))
            return;
        // .../shared/Microsoft.NETCore.App/10.0.0/
        var root = Path.GetFullPath(Path.Combine(RuntimeEnvironment.GetRuntimeDirectory(), "..", "..", ".."));
        if (Directory.Exists(Path.Combine(root, "host", "fxr")))
            environment[Variable] = root;
    }
}
