using System.CommandLine.Parsing;
using System.Globalization;
using static System.FormattableString;

namespace Clickstream.Cli;

/// <summary>Checks of arguments.</summary>
static class NumberRange
{
    /// <summary>A validator for numbers in a range.</summary>
    public static Action<OptionResult> Between(long min, long max) => result =>
    {
        if (result.Tokens is not [var token])
            return;
        var isNumber = long.TryParse(token.Value, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var value);
        if (!isNumber || value < min || value > max)
            result.AddError(Invariant($"{result.Option.Name} is {token.Value}; allowed: {min} to {max}"));
    };
}
