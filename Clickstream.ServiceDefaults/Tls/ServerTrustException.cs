using System.Security.Authentication;

namespace Clickstream.ServiceDefaults;

/// <summary>A server's certificate is no good. It arrives inside of whatever a client throws.</summary>
/// <param name="message">Whose certificate, and what is wrong with it: for the user, without a full stop.</param>
sealed class ServerTrustException(string message) : AuthenticationException(message)
{
    /// <summary>What is wrong with a server's certificate, where that is the reason for a client's exception.</summary>
    public static string? Find(Exception? e)
    {
        for (; e is not null; e = e.InnerException)
        {
            if (e is ServerTrustException)
                return e.Message;
        }
        return null;
    }
}
