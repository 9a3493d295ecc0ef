using Variables = System.Collections.Generic.Dictionary<string, string>;

namespace Clickstream.Tests.AppHost.Model;

/// <summary>
/// What each service is given, variable for variable: the settings of its servers, what makes it that service, and nothing else.
/// </summary>
/// <param name="Kafka">Of Kafka.</param>
/// <param name="Database">Of the database.</param>
/// <param name="Search">Of OpenSearch.</param>
sealed record ServiceEnvironments(Variables Kafka, Variables Database, Variables Search)
{
    static readonly Variables s_schemaStep = new() { ["Consumer__SchemaOnly"] = "true" };
    static readonly Variables s_indexer = new() { ["OpenSearch__Enabled"] = "true" };
    static readonly Variables s_producer = new() { ["Producer__Remote"] = "true" };
    static readonly Variables s_development = new() { ["Kafka__TraceLinks"] = "true", ["Clickstream__TerraformOutputs"] = "" };

    public async Task AssertRunAsync(AppHostModel model)
    {
        await AssertAsync(model, "schema", Kafka, Database, s_schemaStep, s_development);
        await AssertAsync(model, "consumer", Kafka, Database, s_development);
        await AssertAsync(model, "indexer", Kafka, Database, Search, s_indexer, s_development);
        await AssertAsync(model, "producer", Kafka, s_producer, s_development);
    }

    public async Task AssertPublishedAsync(AppHostModel model)
    {
        await AssertAsync(model, "consumer", Kafka, Database);
        await AssertAsync(model, "indexer", Kafka, Database, Search, s_indexer);
    }

    static async Task AssertAsync(AppHostModel model, string service, params Variables[] parts) =>
        Assert.Equal(parts.SelectMany(static part => part).ToDictionary(), await model.EnvironmentAsync(service));
}
