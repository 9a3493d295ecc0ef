using System.CommandLine.Parsing;
using System.Globalization;

namespace Clickstream.Cli;

/// <summary>Checks of arguments.</summary>
static class NumberRange
{
    /// <summary>A validator for numbers in a range.</summary>
    public static Action<OptionResult> Between(long min, long max) => result =>
    {
        if (result.Tokens is [var token] && (!long.TryParse(token.Value, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var value) || value < min || value > max))
            result.AddError(string.Create(CultureInfo.InvariantCulture, $"{result.Option.Name} is {token.Value}; allowed: {min} to {max}"));
    };
}
