namespace Clickstream.Tests.Infrastructure;

/// <summary>The terraform program, which a machine may be without.</summary>
static class TerraformProgram
{
    public static bool IsInstalled { get; } = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator)
        .Any(static folder => File.Exists(Path.Combine(folder, OperatingSystem.IsWindows() ? "terraform.exe" : "terraform")));
}
