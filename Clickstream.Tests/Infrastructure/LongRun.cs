using System.Globalization;

namespace Clickstream.Tests.Infrastructure;

/// <summary>Tests that take minutes run where an environment variable says how much of it is wanted.</summary>
static class LongRun
{
    /// <summary>The number that a variable has; without it, or with 0, the test is skipped.</summary>
    public static int SizeOrSkip(string variable)
    {
        var size = Number(variable) ?? 0;
        Assert.SkipWhen(size == 0, $"{variable} is not set: no long run");
        return size;
    }

    /// <summary>The number that a variable has, or null.</summary>
    public static int? Number(string variable) =>
        Environment.GetEnvironmentVariable(variable) is { Length: > 0 } text ? int.Parse(text, CultureInfo.InvariantCulture) : null;
}
