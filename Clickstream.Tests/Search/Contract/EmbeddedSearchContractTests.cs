using Clickstream.Tests.Infrastructure;

namespace Clickstream.Tests.Search.Contract;

public sealed class EmbeddedClusterTests(LocalInfrastructure local) : ClusterContract(new EmbeddedOpenSearch(local));

public sealed class EmbeddedIndexTests(LocalInfrastructure local) : IndexContract(new EmbeddedOpenSearch(local));

public sealed class EmbeddedAliasTests(LocalInfrastructure local) : AliasContract(new EmbeddedOpenSearch(local));

public sealed class EmbeddedTemplateTests(LocalInfrastructure local) : TemplateContract(new EmbeddedOpenSearch(local));

public sealed class EmbeddedMappingTests(LocalInfrastructure local) : MappingContract(new EmbeddedOpenSearch(local));

public sealed class EmbeddedDocumentTests(LocalInfrastructure local) : DocumentContract(new EmbeddedOpenSearch(local));

public sealed class EmbeddedBulkTests(LocalInfrastructure local) : BulkContract(new EmbeddedOpenSearch(local));

public sealed class EmbeddedDeleteByQueryTests(LocalInfrastructure local) : DeleteByQueryContract(new EmbeddedOpenSearch(local));

public sealed class EmbeddedQueryTests(LocalInfrastructure local) : QueryContract(new EmbeddedOpenSearch(local));

public sealed class EmbeddedQueryStringTests(LocalInfrastructure local) : QueryStringContract(new EmbeddedOpenSearch(local));

public sealed class EmbeddedDateMathTests(LocalInfrastructure local) : DateMathContract(new EmbeddedOpenSearch(local));

public sealed class EmbeddedSearchOptionsTests(LocalInfrastructure local) : SearchOptionsContract(new EmbeddedOpenSearch(local));

public sealed class EmbeddedAggregationTests(LocalInfrastructure local) : AggregationContract(new EmbeddedOpenSearch(local));

public sealed class EmbeddedVisualizationTests(LocalInfrastructure local) : VisualizationContract(new EmbeddedOpenSearch(local));

public sealed class EmbeddedSeveralValuesTests(LocalInfrastructure local) : SeveralValuesContract(new EmbeddedOpenSearch(local));
