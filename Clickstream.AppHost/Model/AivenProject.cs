using System.Text;
using Clickstream.AppHost.Health;
using Clickstream.AppHost.Settings;
using Clickstream.Core.Terraform;

namespace Clickstream.AppHost.Model;

/// <summary>
/// Aiven's services as Terraform has made them. Of its outputs, names and ports go into connection strings as they are; what is secret
/// becomes a secret parameter, whose value is in no manifest.
/// </summary>
sealed class AivenProject
{
    readonly IDistributedApplicationBuilder _builder;

    AivenProject(IDistributedApplicationBuilder builder, TerraformOutputs outputs)
    {
        _builder = builder;
        Outputs = outputs;
        Checks = ServerChecks.For(outputs.ToSettings());
        Authority = SecretPem("aiven-ca", outputs.Kafka.CaPem);
        PostgresAuthority = outputs.Postgres.CaPem == outputs.Kafka.CaPem ? Authority : SecretPem("postgres-ca", outputs.Postgres.CaPem);
    }

    public TerraformOutputs Outputs { get; }

    public ServerChecks Checks { get; }

    /// <summary>The project's, which has signed its certificates.</summary>
    public IResourceBuilder<ParameterResource> Authority { get; }

    /// <summary>PostgreSQL's, which Terraform puts out by itself: as a rule the same.</summary>
    public IResourceBuilder<ParameterResource> PostgresAuthority { get; }

    /// <exception cref="Core.Errors.ClickstreamException">They cannot be read, with the command to run.</exception>
    public static AivenProject Read(IDistributedApplicationBuilder builder, AppHostSettings settings)
    {
        var source = Path.GetFullPath(settings.TerraformOutputs ?? "terraform", Path.GetFullPath(Path.Combine(builder.AppHostDirectory, "..")));
        return new(builder, TerraformOutputs.ReadAsync(source, TimeProvider.System, CancellationToken.None).GetAwaiter().GetResult());
    }

    public IResourceBuilder<ParameterResource> Secret(string name, string value) => _builder.AddParameter(name, value, secret: true);

    /// <summary>In base64, since not every way of passing variables keeps line ends; the services take both.</summary>
    public IResourceBuilder<ParameterResource> SecretPem(string name, string pem) => Secret(name, Convert.ToBase64String(Encoding.ASCII.GetBytes(pem)));
}
