namespace Clickstream.Tests.Local.Kafka;

public sealed class EmbeddedKafkaContractTests(EmbeddedKafka kafka) : KafkaContract, IClassFixture<EmbeddedKafka>
{
    protected override string BootstrapServers => kafka.BootstrapServers;
}

public sealed class RealKafkaContractTests(RealKafka kafka) : KafkaContract, IAsyncLifetime
{
    string _bootstrapServers = "";

    protected override string BootstrapServers => _bootstrapServers;

    public async ValueTask InitializeAsync() => _bootstrapServers = await kafka.StartedAsync();

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
