using Clickstream.Tests.Infrastructure;

namespace Clickstream.Tests.Search.Difference;

/// <summary>The embedded node against OpenSearch, which is right by definition.</summary>
public sealed class EmbeddedDifferenceTests(RealOpenSearch real, LocalInfrastructure local) : SearchDifference(real, new EmbeddedOpenSearch(local));
