using Clickstream.Tests.Infrastructure;
using Clickstream.Tests.Search;

namespace Clickstream.Tests.Indexer;

public sealed class EmbeddedEventIndexTests(LocalInfrastructure infrastructure)
    : EventIndexContract(new EmbeddedOpenSearch(infrastructure), infrastructure);

public sealed class EmbeddedSessionIndexTests(LocalInfrastructure infrastructure)
    : SessionIndexContract(new EmbeddedOpenSearch(infrastructure), infrastructure);
