using System.Globalization;

namespace Clickstream.AppHost.Model;

/// <summary>Valkey, connection name <c>valkey</c>.</summary>
sealed class ValkeyServer(IDistributedApplicationBuilder builder) : Server(builder, "valkey")
{
    const int Port = 6379;

    public void RunAsContainer() => Use(Builder.AddValkey(Name, Port)
        .WithImageTag(ImageTags.Valkey)
        .WithDataVolume("clickstream-valkey")
        .WithLifetime(ContainerLifetime.Persistent));

    public void RunOnAiven(AivenProject aiven)
    {
        var valkey = aiven.Outputs.Valkey;
        var port = valkey.Port.ToString(CultureInfo.InvariantCulture);
        var password = aiven.Secret("valkey-password", valkey.Password);
        UseAiven(aiven, ReferenceExpression.Create(
            $"{valkey.Host}:{port},user={valkey.User},password={password},ssl=true,abortConnect=false"), static checks => checks.Valkey());
        WithSecret("Valkey__SslCaPem", aiven.Authority);
    }

    public void RunEmbedded(EmbeddedInfrastructure local) => UseEmbedded(local);
}
