using System.Net.Sockets;
using Clickstream.Core.Errors;
using Clickstream.ServiceDefaults;
using Confluent.Kafka;
using Npgsql;

namespace Clickstream.Cli;

/// <summary>Turns what went wrong into an exit code and a line for the user.</summary>
static class Failure
{
    /// <summary>Set to anything, it adds the stack trace to errors of the program itself.</summary>
    const string DebugVariable = "CLICKSTREAM_DEBUG";

    /// <summary>Describes an exception.</summary>
    /// <param name="failure">What went wrong.</param>
    /// <param name="isStopping">The user has asked for an end, so there is nothing to explain.</param>
    public static (ExitCode Code, string? Message) Describe(Exception failure, bool isStopping) => failure switch
    {
        ClickstreamException e => (e.ExitCode, OneLine(e.Message)),
        OperationCanceledException when isStopping => (ExitCode.Interrupted, null),
        KafkaException when isStopping => (ExitCode.Interrupted, null),
        NpgsqlException when isStopping => (ExitCode.Interrupted, null),
        KafkaException { Error.IsLocalError: true } e => (ExitCode.Unavailable, $"Kafka cannot be reached: {OneLine(e.Error.Reason)}"),
        KafkaException e => (ExitCode.Unavailable, $"Kafka refuses: {OneLine(e.Error.Reason)}"),
        PostgresException e => (ExitCode.Unavailable, $"PostgreSQL refuses: {OneLine(e.MessageText)} (SQLSTATE {e.SqlState}){WayOut(e.SqlState)}"),
        NpgsqlException or HttpRequestException when ServerTrustException.Find(failure) is { } distrust => (ExitCode.Unavailable, distrust),
        NpgsqlException { InnerException: SocketException or IOException or TimeoutException } e =>
            (ExitCode.Unavailable, $"PostgreSQL cannot be reached: {OneLine(e.Message)}"),
        NpgsqlException e => (ExitCode.Unavailable, $"PostgreSQL cannot be used: {OneLine(e.Message)}"),
        OpenSearchException e => (ExitCode.Unavailable, $"OpenSearch refuses: {OneLine(e.Message)}"),
        // Nothing but OpenSearch is asked by HTTP where that matters.
        HttpRequestException or TimeoutException when isStopping => (ExitCode.Interrupted, null),
        HttpRequestException or TimeoutException => (ExitCode.Unavailable, $"OpenSearch cannot be reached: {OneLine(failure.Message)}"),
        AggregateException { InnerExceptions: [var only] } => Describe(only, isStopping),
        _ => (ExitCode.Internal, Internal(failure)),
    };

    static string WayOut(string state) => state switch
    {
        PostgresErrorCodes.InvalidPassword => "; check user and password in ConnectionStrings:clickstream",
        // No line of pg_hba.conf is about this user, database, address and way of encryption.
        PostgresErrorCodes.InvalidAuthorizationSpecification => "; check user, database and SSL Mode in ConnectionStrings:clickstream, and who may connect from here",
        _ => "",
    };

    static string Internal(Exception failure) =>
        string.IsNullOrEmpty(Environment.GetEnvironmentVariable(DebugVariable))
            ? $"internal error: {failure.GetType().Name}: {OneLine(failure.Message)} (set {DebugVariable}=1 for more)"
            : $"internal error: {failure}";

    static string OneLine(string text) => text.ReplaceLineEndings(" ").Trim();
}
