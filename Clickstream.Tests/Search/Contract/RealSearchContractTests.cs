namespace Clickstream.Tests.Search.Contract;

public sealed class RealClusterTests(RealOpenSearch server) : ClusterContract(server);

public sealed class RealIndexTests(RealOpenSearch server) : IndexContract(server);

public sealed class RealAliasTests(RealOpenSearch server) : AliasContract(server);

public sealed class RealTemplateTests(RealOpenSearch server) : TemplateContract(server);

public sealed class RealMappingTests(RealOpenSearch server) : MappingContract(server);

public sealed class RealDocumentTests(RealOpenSearch server) : DocumentContract(server);

public sealed class RealBulkTests(RealOpenSearch server) : BulkContract(server);

public sealed class RealDeleteByQueryTests(RealOpenSearch server) : DeleteByQueryContract(server);

public sealed class RealQueryTests(RealOpenSearch server) : QueryContract(server);

public sealed class RealQueryStringTests(RealOpenSearch server) : QueryStringContract(server);

public sealed class RealDateMathTests(RealOpenSearch server) : DateMathContract(server);

public sealed class RealSearchOptionsTests(RealOpenSearch server) : SearchOptionsContract(server);

public sealed class RealAggregationTests(RealOpenSearch server) : AggregationContract(server);

public sealed class RealVisualizationTests(RealOpenSearch server) : VisualizationContract(server);

public sealed class RealSeveralValuesTests(RealOpenSearch server) : SeveralValuesContract(server);
