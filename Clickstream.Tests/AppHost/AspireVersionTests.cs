using System.Xml.Linq;

namespace Clickstream.Tests.AppHost;

public class AspireVersionTests
{
    [Fact]
    public void The_SDK_of_the_AppHost_has_the_version_of_the_packages()
    {
        var version = Load("Aspire.props").Descendants("AspireVersion").Single().Value;
        var imports = Load("Clickstream.AppHost.csproj").Descendants("Import").Where(static import => (string?)import.Attribute("Sdk") == "Aspire.AppHost.Sdk");
        Assert.Equal([version, version], imports.Select(static import => (string?)import.Attribute("Version")));
    }

    static XDocument Load(string file)
    {
        using var stream = typeof(AspireVersionTests).Assembly.GetManifestResourceStream($"aspire/{file}")!;
        return XDocument.Load(stream);
    }
}
