using System.Diagnostics;
using System.Runtime.CompilerServices;

namespace Clickstream.Tests.Infrastructure;

/// <summary>Waits for something to become true, by looking again and again up to a time limit: tests never sleep and hope.</summary>
static class Eventually
{
    static readonly TimeSpan s_limit = TimeSpan.FromSeconds(30);
    static readonly TimeSpan s_firstInterval = TimeSpan.FromMilliseconds(10);
    static readonly TimeSpan s_lastInterval = TimeSpan.FromMilliseconds(160);

    /// <summary>Waits until the condition holds; fails with its source text if it never does.</summary>
    public static Task TrueAsync(
        Func<bool> condition, TimeSpan? limit = null, [CallerArgumentExpression(nameof(condition))] string text = "") =>
        TrueAsync(() => Task.FromResult(condition()), limit, text);

    /// <inheritdoc cref="TrueAsync(Func{bool}, TimeSpan?, string)"/>
    public static async Task TrueAsync(
        Func<Task<bool>> condition, TimeSpan? limit = null, [CallerArgumentExpression(nameof(condition))] string text = "")
    {
        var watch = Stopwatch.StartNew();
        for (var interval = s_firstInterval; !await condition(); interval = await WaitAsync(interval))
        {
            if (watch.Elapsed > (limit ?? s_limit)) Assert.Fail($"not true within {limit ?? s_limit}: {text}");
        }
    }

    /// <summary>Waits until the call neither throws nor gives null, and returns what it gives.</summary>
    public static async Task<T> GetAsync<T>(
        Func<Task<T?>> get, TimeSpan? limit = null, [CallerArgumentExpression(nameof(get))] string text = "")
        where T : class
    {
        T? result = null;
        Exception? last = null;
        var watch = Stopwatch.StartNew();
        for (var interval = s_firstInterval; ; interval = await WaitAsync(interval))
        {
            try
            {
                result = await get();
                last = null;
            }
            catch (Exception e) when (e is not OperationCanceledException)
            {
                last = e;
            }

            if (result is not null) return result;
            if (watch.Elapsed > (limit ?? s_limit)) Assert.Fail($"nothing within {limit ?? s_limit}: {text}; last error: {last?.Message ?? "none"}");
        }
    }

    /// <summary>Waits, and says for how long the next time: who has waited long may look less often, since looking costs the others time.</summary>
    static async Task<TimeSpan> WaitAsync(TimeSpan interval)
    {
        await Task.Delay(interval, TestContext.Current.CancellationToken);
        return interval < s_lastInterval ? interval * 2 : interval;
    }
}
