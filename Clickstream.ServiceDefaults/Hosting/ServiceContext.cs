using System.Security.Cryptography.X509Certificates;
using Clickstream.Core.Errors;
using Clickstream.Core.Settings;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Hosting;

namespace Clickstream.ServiceDefaults;

/// <summary>What the registrations of one host share: the service's name, and the settings read so far with their errors.</summary>
sealed class ServiceContext(string serviceName, IConfiguration configuration)
{
    readonly List<string> _errors = [];

    public string ServiceName { get; } = serviceName;

    /// <summary>Adds HTTP endpoints of the service's own, beside those for its health.</summary>
    public List<Action<WebApplication>> Endpoints { get; } = [];

    /// <summary>Somebody takes telemetry, by OTLP.</summary>
    public bool HasTelemetry { get; } = !string.IsNullOrWhiteSpace(configuration[Telemetry.EndpointVariable]);

    public SettingsReader Settings { get; } = new(key => configuration[key]);

    public static ServiceContext Of(IHostApplicationBuilder builder) =>
        builder.Properties.TryGetValue(typeof(ServiceContext), out var context)
            ? (ServiceContext)context
            : throw new InvalidOperationException($"Call {nameof(ServiceDefaultsExtensions.AddServiceDefaults)} first.");

    public static ServiceContext AddTo(WebApplicationBuilder builder, string serviceName)
    {
        var context = new ServiceContext(serviceName, builder.Configuration);
        ((IHostApplicationBuilder)builder).Properties[typeof(ServiceContext)] = context;
        return context;
    }

    /// <summary>A connection string that the service cannot do without.</summary>
    /// <returns>Empty where it is missing; <see cref="ThrowIfInvalid"/> then throws.</returns>
    public string ConnectionString(string name, string what)
    {
        var text = configuration.GetConnectionString(name);
        if (!string.IsNullOrWhiteSpace(text))
            return text;
        _errors.Add($"ConnectionStrings:{name} ({what}) is not set; `clickstream env` prints it for the embedded infrastructure,"
            + " and the AppHost injects it");
        return "";
    }

    /// <summary>The PEM text of a setting that may be written in one of several forms.</summary>
    public string? PemText(string key, string? value)
    {
        if (value is null)
            return null;
        if (Pem.TryNormalize(value, out var text))
            return text;
        // The value may be a private key: it is not quoted.
        _errors.Add($"{key} is not PEM text; give the text itself (line ends may be written \\n) or base64 of it");
        return null;
    }

    /// <summary>Certificates that a setting holds as PEM text, checked: a client would say no more than that it cannot use them.</summary>
    /// <returns>The text, and what is in it.</returns>
    public (string? Text, X509Certificate2Collection Certificates) Certificates(string key, string? value)
    {
        var certificates = new X509Certificate2Collection();
        var text = PemText(key, value);
        if (text is null)
            return (null, certificates);
        if (CertificateCheck.Read(new(key, text), DateTimeOffset.UtcNow, out certificates) is { } wrong)
            _errors.Add(wrong);
        return (text, certificates);
    }

    /// <summary>Takes down what else is wrong with a setting.</summary>
    public void Refuse(string error) => _errors.Add(error);

    /// <summary>Ends the reading of settings: they are all valid, or all errors are thrown as one line.</summary>
    public void ThrowIfInvalid()
    {
        try
        {
            Settings.ThrowIfInvalid();
        }
        catch (ClickstreamException e)
        {
            _errors.Insert(0, e.Message);
        }
        if (_errors.Count > 0)
            throw new ClickstreamException(ExitCode.Usage, string.Join("; ", _errors));
    }
}
