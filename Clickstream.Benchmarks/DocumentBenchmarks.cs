using System.Text;
using BenchmarkDotNet.Attributes;
using Clickstream.Core.Events;
using Clickstream.ServiceDefaults;

namespace Clickstream.Benchmarks;

/// <summary>What is done to every single document of OpenSearch, in nanoseconds a document.</summary>
[MemoryDiagnoser]
public class DocumentBenchmarks
{
    const int Count = 1000;

    readonly ClickEvent[] _events = [.. RetailGenerator.Generate(Count, seed: 1)];
    readonly BulkBody _body = new();
    readonly BulkAnswer _answer = new();
    readonly byte[] _created = Answer(errors: false,
        """
        "status":201,"result":"created","_shards":{"total":1,"successful":1,"failed":0},"_seq_no":7,"_primary_term":1
        """);
    readonly byte[] _conflicts = Answer(errors: true,
        """
        "status":409,"error":{"type":"version_conflict_engine_exception","reason":"[1]: version conflict, document already exists (current version [1])"}
        """);

    [Benchmark(OperationsPerInvoke = Count)]
    public int EncodeItem()
    {
        _body.Clear();
        foreach (var e in _events)
        {
            _body.Advance(EventDocument.Write(e, _body.GetSpan(EventDocument.MaxLength)));
            _body.EndItem();
        }
        return _body.Length;
    }

    [Benchmark(OperationsPerInvoke = Count)]
    public bool ReadAnswer()
    {
        _answer.Read(_created, Count);
        return _answer.AllSucceeded;
    }

    [Benchmark(OperationsPerInvoke = Count)]
    public int ReadAnswerOfConflicts()
    {
        _answer.Read(_conflicts, Count);
        return _answer.Items.Count;
    }

    static byte[] Answer(bool errors, string item) => Encoding.UTF8.GetBytes(
        "{\"took\":30,\"errors\":" + (errors ? "true" : "false") + ",\"items\":["
        + string.Join(',', Enumerable.Repeat("{\"create\":{\"_index\":\"clickstream-events\",\"_id\":\"257597-1433221332117-view-355908\"," + item + "}}", Count)) + "]}");
}
