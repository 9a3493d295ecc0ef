using System.CommandLine;
using System.Globalization;
using static System.FormattableString;

namespace Clickstream.Cli.Benchmark;

/// <summary>Options that several of the benchmark's commands have.</summary>
static class BenchmarkOptions
{
    const long MaxEvents = 1_000_000_000;

    /// <summary>As many as the data set has whose shape is generated.</summary>
    public const long DataSetEvents = 2_756_101;

    public const long MaxPartitions = 1_000;
    public const long MaxConsumers = 64;

    public static Option<long> Events(long defaultValue) => Ranged(new Option<long>("--events", "-n")
    {
        Description = "How many events are generated",
        HelpName = "N",
        DefaultValueFactory = _ => defaultValue,
    }, 1, MaxEvents);

    public static Option<long> Seed() => new("--seed")
    {
        Description = "Another number, other events",
        HelpName = "S",
        DefaultValueFactory = static _ => 1,
    };

    public static Option<int> Partitions() => Ranged(new Option<int>("--partitions", "-p")
    {
        Description = "Partitions of the topic",
        HelpName = "P",
        DefaultValueFactory = static _ => 6,
    }, 1, MaxPartitions);

    public static Option<int> Consumers() => Ranged(new Option<int>("--consumers", "-c")
    {
        Description = "Consumer processes",
        HelpName = "C",
        DefaultValueFactory = static _ => 1,
    }, 1, MaxConsumers);

    public static Option<int> Runs(int defaultValue) => Ranged(new Option<int>("--runs", "-r")
    {
        Description = "How often the pipeline and the store floor are measured, in turn",
        HelpName = "R",
        DefaultValueFactory = _ => defaultValue,
    }, 1, 100);

    /// <summary>Numbers with commas between them.</summary>
    public static Option<string> List(string name, string description, string helpName, string defaultValue, long max)
    {
        var option = new Option<string>(name) { Description = description, HelpName = helpName, DefaultValueFactory = _ => defaultValue };
        option.Validators.Add(result =>
        {
            if (result.Tokens is [var token] && !(Numbers(token.Value) is { Length: > 0 } numbers && numbers.All(number => number >= 1 && number <= max)))
                result.AddError(Invariant($"{name} is {token.Value}; allowed: numbers from 1 to {max} with commas between them"));
        });
        return option;
    }

    /// <summary>The numbers of such a list.</summary>
    /// <returns>None where one of them is no number.</returns>
    public static int[] Numbers(string list)
    {
        var numbers = new List<int>();
        foreach (var text in list.Split(','))
        {
            if (!int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number))
                return [];
            numbers.Add(number);
        }
        return [.. numbers];
    }

    static Option<T> Ranged<T>(Option<T> option, long min, long max)
    {
        option.Validators.Add(NumberRange.Between(min, max));
        return option;
    }
}
